"""Addresses of callers; on a listener of both families IPv4 ones come as IPv6."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


def is_loopback_address(text: str) -> bool:
    """Return whether a text is an address of the machine itself."""
    found = _parse(text)
    return found is not None and found.is_loopback


def network_of(text: str) -> str:
    """Return the network of one caller: an IPv4 address, or the /64 of an IPv6 address."""
    found = _parse(text)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return text if found is None else str(found)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
