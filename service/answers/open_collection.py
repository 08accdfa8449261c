"""A collection that can be asked."""

from __future__ import annotations

from dataclasses import dataclass

from index import LiveIndex
from service.answers.answerer import Answerer


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """What answers the questions of a collection, and the index that it answers from."""

    answerer: Answerer
    live: LiveIndex
