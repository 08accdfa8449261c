"""The keys that a running service knows."""

from __future__ import annotations

import hmac
import logging
from pathlib import Path

from service.access.key_file import KeyFileError, read_keys, unreadable
from service.access.keys import Key, digest_of

_LOG = logging.getLogger("service.app.keys")  # below the logger of the application


class Keyring:
    """The keys in a file, read again whenever it has changed, so that a revoked one stops at once.

    `in_use` is whether a key is needed: from the moment that there is a file on, even if it is
    lost later, because a lost file must not open the service.

    Raises:
        KeyFileError: the file cannot be read as one of keys.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._keys: tuple[Key, ...] = ()
        self.in_use = False
        self.refresh()

    def refresh(self) -> None:
        """Read the file if it is not the one that was read last.

        Raises:
            KeyFileError: it cannot be read.
        """
        stamp = self._look()
        if stamp is None and self._stamp is not None:
            _LOG.error("%s", self._vanished())
        self.in_use = self.in_use or stamp is not None
        if stamp != self._stamp:
            self._keys = read_keys(self._path)
            self._stamp = stamp

    def fault(self) -> str | None:
        """Return why no key is known, although keys are needed; None if that is not so."""
        try:
            self.refresh()
        except KeyFileError as error:
            return str(error)
        return self._vanished() if self.in_use and self._stamp is None else None

    def find(self, token: str) -> Key | None:
        """Return the key of a token, None if there is none, in a time that tells nothing of them.

        Raises:
            KeyFileError: the file cannot be read.
        """
        self.refresh()
        digest, found = digest_of(token), None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def named(self, identity: str) -> Key | None:
        """Return the key with this id, None if there is none any more."""
        return next((key for key in self._keys if key.id == identity), None)

    def widget_origins(self) -> frozenset[str]:
        """Return the origins of the pages that may hold a widget; none if keys cannot be read."""
        try:
            self.refresh()
        except KeyFileError:
            return frozenset()
        return frozenset(origin for key in self._keys for origin in key.origins)

    def _vanished(self) -> str:
        return f"the file of keys {self._path} has vanished, so every key is refused; restore it"

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreadable(self._path, error) from error
        return found.st_mtime_ns, found.st_ino, found.st_size
