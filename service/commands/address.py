"""The address to serve on, taken before anything is indexed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from service.settings.file import SettingsError


@contextmanager
def taken_address(host: str, port: int) -> Iterator[None]:
    """Take an address for this process and its children alone.

    granian binds each address with SO_REUSEPORT, which lets two services share one, and take turns
    to answer. So this process binds it first without that option, which the system refuses if any
    other process has it; only then does it allow the option, so that its own children can bind.

    Raises:
        SettingsError: another process has the address, or it is not one of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        holder = socket.socket(found[0], socket.SOCK_STREAM)
    except OSError as error:
        raise _refused(host, port, error) from error
    with holder:
        try:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # after a restart
            holder.bind(found[4])
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            with suppress(AttributeError):  # Windows, where granian takes the address once
                holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        except OSError as error:
            raise _refused(host, port, error) from error
        yield


def _refused(host: str, port: int, error: OSError) -> SettingsError:
    return SettingsError(
        f"cannot serve on {host}:{port}: {error.strerror}; choose another address with --host and "
        "--port, or stop the process that has it"
    )
