"""An address is taken by one service alone, before it indexes anything."""

from __future__ import annotations

import socket

import pytest

from service.commands.address import taken_address
from service.settings.file import SettingsError
from tests.server import free_port


def listen_as_granian_does(port: int) -> socket.socket:
    listener = socket.socket()
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        listener.setsockopt(socket.SOL_SOCKET, option, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def test_a_second_service_is_refused_while_the_first_indexes_and_while_it_answers() -> None:
    port = free_port()
    refused = pytest.raises(SettingsError, match=f"cannot serve on 127.0.0.1:{port}: .*--port, or")
    with taken_address("127.0.0.1", port):
        with refused, taken_address("127.0.0.1", port):
            pass
        with listen_as_granian_does(port), refused, taken_address("127.0.0.1", port):
            pass
    with taken_address("127.0.0.1", port):
        pass


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match="cannot serve on"), taken_address("192.0.2.1", 8000):
        pass
