"""Marks the parts of Rich Text that striprtf loses: headings, notes, raised and hidden text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.corpus.readers.scripts import lowered, raised

_TOKEN = re.compile(
    r"(?P<star>\\\*)?\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[\r\n]+|[^\\{}\r\n]",
    re.IGNORECASE,
)
_STYLE = re.compile(r"\{\\s(\d{1,5})\b[^{};]{0,500}?heading ([1-9]);\}", re.IGNORECASE)
_HEADING = 0xE000  # the first of the characters that mark headings; Unicode leaves them to programs
_LEVELS = 9
_FIGURES = set("0123456789+-")
_FONTS = {"fonttbl"}  # striprtf reads the encodings of fonts in it
_ENDS = {"par", "sect", "page"}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group: its text may be hidden, no text at all, a note, or raised."""

    hidden: bool = False
    unprinted: bool = False
    note: bool = False
    shift: int = 0


def heading_level(paragraph: str) -> int:
    """Return the level of a paragraph that is marked as a heading, 0 for others."""
    level = ord(paragraph[0]) - _HEADING if paragraph else 0
    return level if 0 < level <= _LEVELS else 0


def mark(rtf: str, unprinted: frozenset[str]) -> tuple[str, bool]:
    """Return the source with marks and without unprinted text, and whether it has hidden text.

    Notes come in brackets where they are called. `unprinted` are the words of groups that hold
    no text.
    """
    marker = _Marker(rtf, unprinted - {"footnote", *_FONTS})
    place = 0
    while found := _TOKEN.match(rtf, place):
        place = found.end()
        if found["word"] == "bin":
            place += max(0, int(found["number"] or 0))
        else:
            marker.add(found)
    return "".join(marker.out), marker.hid_text


class _Marker:
    """Copies the tokens of a source one by one, with marks."""

    def __init__(self, rtf: str, unprinted: frozenset[str]) -> None:
        self.out: list[str] = []
        self.hid_text = False
        self._styles = {style: int(level) for style, level in _STYLE.findall(rtf)}
        self._unprinted = unprinted
        self._state = _State()
        self._outer: list[_State] = []
        self._level = 0
        self._has_begun = False  # whether a paragraph has text

    def add(self, found: re.Match[str]) -> None:
        word, state = found["word"], self._state
        if found[0] == "{":
            self._outer.append(state)
            self.out.append(found[0])
        elif found[0] == "}":
            self._state = self._outer.pop() if self._outer else _State()
            if state.note and not self._state.note:
                self.out.append("]")
            self.out.append("}")
        elif word == "footnote":
            self._state = replace(state, note=True)
            self.out.append(" [")
        elif (word in self._unprinted or found["star"]) and word not in _FONTS:
            self._state = replace(state, unprinted=True)
        elif word and not state.unprinted:
            self._add_word(found, word, found["number"])
        elif not state.unprinted:
            self._add_text(found[0])

    def _add_word(self, found: re.Match[str], word: str, number: str | None) -> None:
        if word in _ENDS:
            self._has_begun = False
            if not self._state.note:
                self.out.append(found[0])
            return
        if word == "pard":
            self._level = 0
        elif word == "s":
            self._level = self._styles.get(number or "", self._level)
        elif word == "outlinelevel" and number and 0 <= int(number) < _LEVELS:
            self._level = int(number) + 1
        self._state = _formatted(self._state, word, number)
        if not (word == "u" and self._state.hidden):
            self.out.append(found[0])

    def _add_text(self, text: str) -> None:
        is_blank = text.isspace()
        if self._state.hidden:
            self.hid_text = self.hid_text or not is_blank
            return
        if self._level and not self._has_begun and not is_blank:
            self._has_begun = True
            self.out.append(_character(chr(_HEADING + self._level)))
        if self._state.shift and text in _FIGURES:
            text = _character((raised if self._state.shift > 0 else lowered)(text))
        self.out.append(text)


def _formatted(state: _State, word: str, number: str | None) -> _State:
    if word in ("v", "deleted"):
        return replace(state, hidden=number != "0")
    if word in ("super", "sub"):
        return replace(state, shift=1 if word == "super" else -1)
    if word in ("up", "dn"):
        return replace(state, shift=(word == "up") - (word == "dn") if number != "0" else 0)
    if word == "nosupersub":
        return replace(state, shift=0)
    return replace(state, hidden=False, shift=0) if word == "plain" else state


def _character(character: str) -> str:
    code = ord(character)
    return f"{{\\uc1\\u{code if code < 0x8000 else code - 0x10000}?}}"
