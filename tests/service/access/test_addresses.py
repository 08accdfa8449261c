from __future__ import annotations

import pytest

from service.access.addresses import is_loopback_address, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),  # IPv4, on a listener of both families
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
    ],
)
def test_one_caller_has_an_ipv4_address_or_an_ipv6_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1", True), ("::ffff:127.0.0.1", True), ("::1", True), ("::ffff:8.8.8.8", False)],
)
def test_a_mapped_address_is_the_one_that_it_maps(address: str, is_here: bool) -> None:
    assert is_loopback_address(address) is is_here
