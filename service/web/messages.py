"""Messages of the service in another language, recognised by their English text.

A message is written in English where it arises, because JSON and logs show it so. A catalog has it
as a phrase, with the values in it named as in `%(path)s: the file exists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

_VALUE = re.compile(r"%\((\w+)\)s")
_LONGEST = 4000  # characters of a message that is looked up
_ARE_MESSAGES = {"allowed", "found", "problem", "reason"}  # values that are messages themselves
_JOIN = "; "  # between the remarks on a file


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase with values: the `literals` around these, their `names`, and its translation."""

    literals: tuple[str, ...]
    names: tuple[str, ...]
    translation: str

    def values(self, text: str) -> dict[str, str] | None:
        """Return the values in a message, None if it is not one of this phrase."""
        first, last = self.literals[0], self.literals[-1]
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return None
        at, values = len(first), []
        for literal in self.literals[1:-1]:
            found = text.find(literal, at + 1, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(literal)
        named = dict(zip(self.names, [*values, text[at:end]], strict=True))
        # what stands after a semicolon is a remark of its own, not a part of a value
        ends = any(_JOIN in one for name, one in named.items() if name not in _ARE_MESSAGES)
        return None if ends or at >= end else named


class Messages:
    """The messages of one language, from the phrases of its catalog."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._phrases = phrases
        self._patterns = tuple(_patterns(phrases))

    def translate(self, text: str) -> str:
        """Return a message in this language; what no phrase matches stays English."""
        if text in self._phrases or len(text) > _LONGEST:
            return self._phrases.get(text, text)
        for pattern in self._patterns:
            if (values := pattern.values(text)) is not None:
                return pattern.translation % {
                    name: self.translate(value) if name in _ARE_MESSAGES else value
                    for name, value in values.items()
                }
        before, joined, after = text.partition(_JOIN)
        return self.translate(before) + joined + self.translate(after) if joined else text


def _patterns(phrases: Mapping[str, str]) -> Iterable[Pattern]:
    """Yield the phrases with values, those with the most words of their own first."""
    for phrase in sorted(phrases, key=lambda one: -len(_VALUE.sub("", one))):
        literals, names = _VALUE.split(phrase)[::2], _VALUE.findall(phrase)
        if names and all(literal for _, literal in pairwise(literals[:-1])):
            yield Pattern(tuple(literals), tuple(names), phrases[phrase])
