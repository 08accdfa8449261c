"""Where the words of an answer end: before the full stop, but behind the dot of U.S. and Jr.

A code, a date or a number is not cut: the answer holds 2021-09-30, not 2021 alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from index.types import Span

_MARKS = " \t\n.,;:"  # they end a sentence or a part of it, not its answer
# At the end of a sentence a dot is a full stop too; these words have one of their own.
_ABBREVIATED = regex.compile(
    r"(?:\p{L}{1,3}+\.)++\p{L}{1,3}+|(?:Jr|Sr|Bros|Co|Corp|Inc|Ltd|St|Mt|Ave|Blvd|etc)"
)
# The rest of a code, but not the end of a range such as 1939-1945.
_REST = regex.compile(
    r"(?<=\p{L})-\p{N}[\p{L}\p{N}]*+|-\p{N}++-\p{N}++|(?<=\p{N})(?:[.:]\p{N}++)++"
)
_LONGEST = 24  # characters of an abbreviation that are looked at


def trim_answer(text: str, span: Span, sentences: Sequence[Span]) -> Span:
    """Return the span of an answer without marks at its end, but with the dot of an abbreviation.

    A dot within a sentence belongs to the word before it. The span grows to the end of a code.
    """
    end = span.start + len(text[span.start : span.end].rstrip(_MARKS))
    if end > span.start and (rest := _REST.match(text, end)):
        end = rest.end()
    if end > span.start and text[end : end + 1] == ".":
        word = text[max(span.start, end - _LONGEST) : end].rsplit(maxsplit=1)[-1]
        if _ABBREVIATED.fullmatch(word) or _is_within(text, end, sentences):
            end += 1
    return Span(span.start, end)


def _is_within(text: str, dot: int, sentences: Sequence[Span]) -> bool:
    """Return whether the sentence with this dot goes on after it, by a space or a comma."""
    within = any(one.start <= dot < one.end - 1 for one in sentences)
    return within and text[dot + 1] in " ,;:"
