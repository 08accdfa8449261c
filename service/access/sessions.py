"""Sessions of browsers: a cookie names a session, which ends, and never holds the key itself."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from service.access.keys import digest_of

SECONDS = 12 * 3600
_MOST = 10_000  # sessions; the oldest end first
_MOST_OF_KEY = 1000  # so that who signs in again and again ends no session of another key


class Sessions:
    """The sessions of one process, each of a key; all end when the process does.

    A session is held by the SHA-256 of its token. `clock` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys: TTLCache[str, str] = TTLCache(_MOST, SECONDS, clock)
        self._lock = Lock()

    def begin(self, key: str) -> str:
        """Begin a session of the key with this id; return its token, 256 random bits."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            own = [session for session, its in self._keys.items() if its == key]
            if len(own) >= _MOST_OF_KEY:
                del self._keys[own[0]]
            self._keys[digest_of(token)] = key
        return token

    def key_of(self, token: str) -> str | None:
        """Return the id of the key of a session, None if it is unknown or has ended."""
        with self._lock:
            return self._keys.get(digest_of(token))

    def end(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._keys.pop(digest_of(token), None)
