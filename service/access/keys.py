"""Keys of callers, which are known by the hash of their token.

A token is 256 random bits, so its SHA-256 is kept and no slow hash: a slow one is for passwords,
which can be guessed, and would cost every request its milliseconds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from service.answers.allowance import MOST_PASSAGES, Allowance
from service.http.operation import KINDS, Kind
from service.settings.collections import DEFAULT_COLLECTION

_PASSAGES: dict[Kind, int] = {"widget": 5, "cite": 10}  # at most, of an answer


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept; `digest` is the SHA-256 of its token in hexadecimal.

    Pages of its `origins` may send a widget key; other kinds have none. An origin is no secret, and
    programs can name any. `collections` are those that the key is for, all of them if it is None.
    """

    id: str
    kind: Kind
    name: str
    origins: tuple[str, ...]
    created: dt.date
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    collections: tuple[str, ...] | None = None

    def may_ask(self, collection: str) -> bool:
        """Return whether this key is for a collection; an older widget key is for one alone."""
        if self.collections is None:
            return self.kind != "widget" or collection == DEFAULT_COLLECTION
        return collection in self.collections

    @property
    def is_public(self) -> bool:
        """Whether everybody can read the key, in the pages that it is for."""
        return self.kind == "widget"

    @property
    def allowance(self) -> Allowance:
        """The limits of answers with this key: whole passages need a key that reads documents."""
        return Allowance(_PASSAGES.get(self.kind, MOST_PASSAGES), whole=self.permits("ask"))

    def permits(self, needed: Kind) -> bool:
        """Return whether this key permits what needs a key of the kind `needed`."""
        return KINDS.index(self.kind) >= KINDS.index(needed)


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
