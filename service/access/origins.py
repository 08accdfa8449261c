"""Where a request comes from: the host it names, and the origin of the page that sent it.

A page of another site can reach a service on the reader's own machine, as the reader. Three checks
keep it out: the name it was asked under (against DNS rebinding), who sent what may change something
(against request forgery), and who may read a reply (CORS).
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Request

from service.http.problems import Problem

_SAFE = {"GET", "HEAD", "OPTIONS"}


def check_host(request: Request, hosts: frozenset[str]) -> None:
    """Refuse a request for a name that is not one of `hosts`; addresses are no names.

    A site can point its own name at another's address, so that a browser takes the one for the
    other; it cannot do so with a number. `localhost` always means the reader's own machine.

    Raises:
        Problem: 421, the name is not known here.
    """
    try:
        name = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:
        name = ""
    if name in hosts or name == "localhost" or name.endswith(".localhost") or _is_address(name):
        return
    raise Problem(421, f"this service is not known as {name!r}; the setting hosts names it")


def check_fetch(request: Request) -> None:
    """Refuse to load anything into a page of another site, which could tell what exists here.

    A reader may follow a link from there. This is the resource isolation policy of
    https://web.dev/articles/fetch-metadata.

    Raises:
        Problem: 403, a page of another site loads it.
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
    """Refuse what may change something and was sent by a page of an origin that is not trusted.

    The order of the checks is that of Go's http.CrossOriginProtection: browsers say where a request
    was sent from in Sec-Fetch-Site, or else in Origin; what says neither is no browser, and holds
    no cookie that another could use.

    Raises:
        Problem: 403, it was sent by a page of another site.
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
