"""The origin of a request: the host that it names, and the site of the page that sent it.

A browser lets a page of any site send requests to a service on the reader's own machine. Four
checks protect the service: the host name of the request (against DNS rebinding), the sender of a
request that may change something (against request forgery), the page that loads a reply (against
probing), and CORS, which decides whether a page may read a reply.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Request

from service.http.problems import Problem

_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST_HOST = 300  # characters; DNS allows 253, and the functions below keep what they are given


def check_host(request: Request, hosts: frozenset[str]) -> None:
    """Refuse a request whose host is a name outside `hosts`; IP addresses are accepted.

    A site can point its own name at the address of this service, and a browser then treats both as
    one site. It cannot do so with an address. `localhost` always means the reader's own machine.

    Raises:
        Problem: 421, the name is unknown.
    """
    host = request.headers.get("Host", "")
    if len(host) > _LONGEST_HOST:
        raise Problem(421, f"this service is not known as {host[:_LONGEST_HOST]!r}...")
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    if name in hosts or name == "localhost" or name.endswith(".localhost") or _is_address(name):
        return
    raise Problem(421, f"this service is not known as {name!r}; the setting hosts names it")


def check_fetch(request: Request) -> None:
    """Refuse a request that loads a reply into a page of another site.

    The page could learn from success or failure which documents exist. A link from another site
    opens as usual. This is the resource isolation policy of https://web.dev/articles/fetch-metadata.

    Raises:
        Problem: 403, a page of another site loads the reply.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if request.method == "OPTIONS" or site in {None, "same-origin", "none"}:
        return
    if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and (
        request.headers.get("Sec-Fetch-Dest", "document") == "document"
    ):
        return
    raise Problem(403, "a page of another site may not load this; it may link to it")


def check_site(request: Request, *, trusted: bool) -> None:
    """Refuse a request that may change something if a page of an untrusted origin sent it.

    The order of the checks is that of Go's http.CrossOriginProtection. Browsers name the sender in
    Sec-Fetch-Site, or else in Origin. A request with neither comes from a program, which has no
    cookie that another site could use.

    Raises:
        Problem: 403, a page of another site sent it.
    """
    if request.method in _SAFE or trusted:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site in {"same-origin", "none"}:
        return
    if site is None and (origin is None or origin.partition("://")[2] == request.host):
        return
    raise Problem(
        403,
        f"a page of {origin or 'another site'} may not ask here; the setting origins names those "
        "that may",
    )


@lru_cache(maxsize=1024)
def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
