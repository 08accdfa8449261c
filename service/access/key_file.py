"""The file of keys: read, and replaced as a whole by one process at a time."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from index import PinciteError
from service.access.keys import Key, digest_of
from service.http.operation import Kind

_KEYS = TypeAdapter(tuple[Key, ...])


class KeyFileError(PinciteError):
    """The file of the keys cannot be read or written, or holds no such key."""


def read_keys(path: Path) -> tuple[Key, ...]:
    """Return the keys in a file, none if it does not exist.

    Raises:
        KeyFileError: it cannot be read as a file of keys.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # to read a pipe or a device may take for ever
            raise KeyFileError(f"{path} is not a file; name a file of keys in the setting keys")
        return _KEYS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise unreadable(path, error) from error
    except ValidationError as error:
        raise KeyFileError(
            f"{path} is not a file of keys; move it away and make new ones with: pincite keys "
            "create"
        ) from error


def unreadable(path: Path, error: OSError) -> KeyFileError:
    """Return the error for a file of keys that the system does not let this user read."""
    return KeyFileError(
        f"the keys in {path} cannot be read: {error.strerror}; make the file readable to this "
        "user, or name another one in the setting keys"
    )


def create_key(
    path: Path,
    kind: Kind,
    name: str,
    origins: Sequence[str],
    collections: Sequence[str] | None = None,
    *,
    show: Callable[[str], None] = lambda _: None,
) -> tuple[Key, str]:
    """Add a key to a file and return it with its token, which is kept nowhere.

    The file gets the key only after `show` has shown its token; otherwise nobody could use it.

    Raises:
        KeyFileError: the file cannot be read or written.
    """
    token = f"pincite_{kind}_{secrets.token_urlsafe(32)}"
    today = dt.datetime.now(dt.UTC).date()
    limited = None if collections is None else tuple(collections)
    identity = secrets.token_hex(4)
    key = Key(identity, kind, name, tuple(origins), today, digest_of(token), limited)
    with _writing(path):
        keys = read_keys(path)
        show(token)
        _write(path, (*keys, key))
    return key, token


def revoke_key(path: Path, identity: str) -> Key:
    """Take a key out of a file and return it; the file stays, so that nothing is opened by this.

    Raises:
        KeyFileError: there is no such key, or the file cannot be read or written.
    """
    with _writing(path):
        keys = read_keys(path)
        for key in keys:
            if key.id == identity:
                _write(path, tuple(one for one in keys if one is not key))
                return key
    raise KeyFileError(f"there is no key {identity!r} in {path}; pincite keys list names them")


def lock_of(path: Path) -> Path:
    """Return the file that is locked while keys are written; it stays from the first key on."""
    return path.with_name(f"{path.name}.lock")


def was_in_use(path: Path) -> bool:
    """Return whether there have been keys in a file that is gone now."""
    return not path.exists() and lock_of(path).exists()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    lock = lock_of(path)
    is_first = not lock.exists()
    try:
        with FileLock(lock):
            if os.geteuid() == 0:  # or only root could make keys from now on
                owner = lock.parent.stat()
                os.chown(lock, owner.st_uid, owner.st_gid)
            try:
                yield
            finally:
                if is_first and not path.exists():  # no key was made; see was_in_use
                    lock.unlink()
    except OSError as error:
        raise KeyFileError(
            f"the keys in {path} cannot be written: {error.strerror}; name another file in the "
            "setting keys"
        ) from error


def _write(path: Path, keys: tuple[Key, ...]) -> None:
    """Replace the file as a whole; only its owner may read it.

    A file that there is keeps its owner and mode, and a link to it stays one. A new file belongs to
    the owner of its folder, so that `sudo pincite keys create` does not lock the service out.
    """
    path = path.resolve()
    staged = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _belong(descriptor, path)
            file.write(_KEYS.dump_json(keys, indent=2) + b"\n")
            file.flush()
            os.fsync(descriptor)
        staged.replace(path)
    except OSError:
        staged.unlink(missing_ok=True)
        raise


def _belong(descriptor: int, path: Path) -> None:
    """Give a file the owner and mode of the one at a path, or the owner of its folder."""
    try:
        like = path.stat()
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
    except FileNotFoundError:
        like = path.parent.stat()
    with suppress(PermissionError):  # only root may give files away
        os.fchown(descriptor, like.st_uid, like.st_gid)
