"""Takes the network away from this process, from native code too.

Where the kernel allows it, by a network namespace of its own; else, as for a container that forbids
`unshare`, by a filter of system calls that refuses to open sockets.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Collection

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # of linux/sched.h
# Of linux/audit.h and the tables of system calls: the architecture, and the calls that open
# sockets, socket and io_uring_setup.
_SOCKETS = {"x86_64": (0xC000003E, (41, 425)), "aarch64": (0xC00000B7, (198, 425))}
_X32 = 0x40000000  # bit of the calls of another ABI of x86_64
# Of linux/prctl.h, linux/seccomp.h and linux/filter.h.
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_LOAD, _IS_EQUAL, _IS_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_PYTHON = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def leave_network() -> bool:
    """Refuse Python's sockets, and take the network away; return whether native code has none.

    Only Linux can take it away from native code. Call it while the process has only one thread.
    """
    sys.addaudithook(_refuse)
    if not sys.platform.startswith("linux"):
        return False
    # root needs no user namespace; in one, it could not read files of other users
    flags = _NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USER
    if ctypes.CDLL(None).unshare(flags) == 0:
        return True
    _, calls = _SOCKETS.get(platform.machine(), (0, ()))
    return refuse_calls(calls)


def refuse_calls(numbers: Collection[int]) -> bool:
    """Let the kernel refuse system calls from now on; return whether it does.

    The filter is a program of Linux's seccomp, see
    https://docs.kernel.org/userspace-api/seccomp_filter.html.
    """
    architecture, _ = _SOCKETS.get(platform.machine(), (0, ()))
    if not architecture or not numbers:
        return False
    checks = [(_IS_AT_LEAST, _X32), *((_IS_EQUAL, number) for number in numbers)]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IS_EQUAL, 0, len(checks) + 2, architecture),  # else to the refusal
        (_LOAD, 0, 0, _NUMBER),
        *((code, len(checks) - place, 0, value) for place, (code, value) in enumerate(checks)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = b"".join(struct.pack("=HBBI", *one) for one in program)
    libc, filtered = ctypes.CDLL(None), _Program(len(program), instructions)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filtered))


def _refuse(event: str, _: object) -> None:
    if event in _PYTHON:
        raise PermissionError("a reader has no network")
