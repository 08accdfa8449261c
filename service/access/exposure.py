"""Whether others can reach a service that has no keys, which serves its own machine alone."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Request

from service.access.addresses import is_loopback_address
from service.access.key_file import lock_of, was_in_use
from service.access.keyring import Keyring
from service.http.problems import Problem
from service.settings.file import SettingsError
from service.settings.settings import Settings

# Headers that a proxy adds: the caller is not on this machine, though its address is.
_FORWARDED = (
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via",
)  # fmt: skip


def check_access(settings: Settings, keyring: Keyring) -> None:
    """Refuse to serve other machines without keys, unless the settings allow it.

    Raises:
        SettingsError: there are no keys, `no_auth` is not set, and the settings name an address, a
            name or a proxy by which others reach the service; or the file of keys has vanished.
    """
    if settings.no_auth or keyring.in_use:
        return
    if was_in_use(settings.keys):
        raise SettingsError(
            f"the file of keys {settings.keys} has vanished; restore it, or make new keys with: "
            f"pincite keys create; to serve without keys, delete {lock_of(settings.keys)}"
        )
    public = urlsplit(settings.public_url or "").hostname
    reached = (
        settings.host
        if not is_loopback(settings.host)
        else f"the setting public_url, {settings.public_url},"
        if public and not is_loopback(public)
        else f"the setting hosts, {', '.join(settings.hosts)},"
        if settings.hosts
        else "a proxy (the setting proxies)"
        if settings.proxies
        else None
    )
    if reached:
        raise SettingsError(
            f"others can reach the service by {reached} and there are no keys in {settings.keys}; "
            "make one with: pincite keys create; or answer everybody with --no-auth"
        )


@lru_cache(maxsize=1024)
def is_loopback(address: str) -> bool:
    """Return whether an address is one of the machine itself."""
    return address == "localhost" or is_loopback_address(address)


def check_is_here(request: Request) -> None:
    """Refuse a request that did not come from this machine.

    Raises:
        Problem: 403, it came from another, or through a proxy.
    """
    if not is_loopback(request.remote_addr or ""):
        raise Problem(403, "without keys, this service answers only requests from its own machine")
    if passed := _passed_on(request):
        raise Problem(
            403,
            f"a proxy passed this request on, as its header {passed} says, and there are no keys; "
            "make one with: pincite keys create; or answer everybody with --no-auth",
        )


def is_of_this_machine(request: Request) -> bool:
    """Return whether a program of this machine sent a request, as far as its headers tell.

    A proxy on this machine that adds no header to what it passes on looks like such a program.
    """
    return is_loopback(request.remote_addr or "") and _passed_on(request) is None


def _passed_on(request: Request) -> str | None:
    """Return the header by which a proxy says that it passed a request on, None without one."""
    return next((name for name in _FORWARDED if name in request.headers), None)
