"""Reads the words of a Word document's paragraphs, with its notes and without hidden text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.office_math import formula_text
from index.corpus.readers.scripts import inline_note, lowered, raised
from index.corpus.readers.symbols import symbol

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element as Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MOST_STYLES = 12  # that are based on one another
_ON = {None, "1", "true", "on"}
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# elements of a paragraph that are not its words, or repeat them
SKIPPED = {f"{WORD}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "tbl")}
SKIPPED |= {_ALTERNATIVE, f"{WORD}txbxContent"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SIGNS = {f"{WORD}{name}": sign for name, sign in _SIGNS.items()} | {f"{_MATH}den": "/"}
_TEXT = {f"{WORD}t", f"{_MATH}t"}
_CALLS = {f"{WORD}footnoteReference": "footnotes", f"{WORD}endnoteReference": "endnotes"}
_SCRIPTS = {"superscript": raised, "subscript": lowered}


def parts_of(word: WordDocument, *kinds: str) -> Iterator[Element]:
    """Yield the parts of a document of some kinds, such as "header"."""
    for relation in word.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(
            tuple(f"/{one}" for one in kinds)
        ):
            yield parse_xml(relation.target_part.blob)


def value_of(element: Element, *names: str) -> str | None:
    """Return the value of the element that a path of names leads to, None if there is none."""
    found = element.find("/".join(f"{WORD}{name}" for name in names))
    return None if found is None else found.get(f"{WORD}val")


class Words:
    """Reads the words of paragraphs, without hidden ones, and with notes where they are called.

    Attributes:
        hid_text: whether hidden text was left out.
    """

    def __init__(self, word: WordDocument) -> None:
        self.hid_text = False
        self._hidden_styles = _hidden_styles(word.styles.element)
        self._notes: dict[tuple[str, str], Element] = {}
        for kind in set(_CALLS.values()):
            for part in parts_of(word, kind):
                for note in part:
                    if not note.get(f"{WORD}type"):  # separators have one
                        self._notes[kind, note.get(f"{WORD}id") or ""] = note

    def text(self, paragraph: Element) -> str:
        """Return the words that are seen in a paragraph."""
        from lxml import etree

        hidden = value_of(paragraph, "pPr", "pStyle") in self._hidden_styles
        parts = []
        walk = etree.iterwalk(paragraph, events=("start",))
        for _, element in walk:
            if element.tag in SKIPPED or self._hides(element, hidden):
                walk.skip_subtree()
            elif element.tag in _CALLS:
                parts.append(self._note(element))
            elif element.tag in _TEXT:
                parts.append(_in_script(element))
            elif element.tag == f"{WORD}ruby":
                parts.append(self._with_reading(element))
                walk.skip_subtree()
            elif element.tag == f"{WORD}sym":
                parts.append(_symbol(element))
            else:
                parts.append(_SIGNS.get(element.tag, ""))
        return "".join(parts)

    def _hides(self, run: Element, by_style: bool) -> bool:
        """Whether a run is hidden; what it states itself outweighs its styles."""
        if run.tag != f"{WORD}r":
            return False
        hidden = _stated_hidden(run)
        if hidden is None:
            hidden = by_style or value_of(run, "rPr", "rStyle") in self._hidden_styles
        self.hid_text = self.hid_text or (hidden and run.find(f"{WORD}t") is not None)
        return hidden

    def _with_reading(self, ruby: Element) -> str:
        """Return a word with its reading, as of Japanese, in brackets."""
        word, reading = (
            "".join(map(self.text, ruby.iterchildren(f"{WORD}{name}")))
            for name in ("rubyBase", "rt")
        )
        return f"{word}({reading})" if reading.strip() else word

    def _note(self, call: Element) -> str:
        """Return the note that is called, once: a note may call itself."""
        note = self._notes.pop((_CALLS[call.tag], call.get(f"{WORD}id") or ""), None)
        if note is None:
            return ""
        return inline_note(" ".join(map(self.text, note.iter(f"{WORD}p"))))


def _hidden_styles(styles: Element) -> frozenset[str]:
    """Return the ids of the styles that hide text, or are based on one that does."""
    own: dict[str, bool | None] = {}
    parents: dict[str, str] = {}
    for style in styles.iterchildren(f"{WORD}style"):
        identity = style.get(f"{WORD}styleId") or ""
        own[identity] = _stated_hidden(style)
        parents[identity] = value_of(style, "basedOn") or ""

    def hides(identity: str) -> bool:
        for _ in range(_MOST_STYLES):  # a style may be based on itself
            hidden = own.get(identity)
            if hidden is not None or identity not in parents:
                break
            identity = parents[identity]
        return bool(hidden)

    return frozenset(filter(hides, own))


def _stated_hidden(styled: Element) -> bool | None:
    """Return whether a run or a style says that its text is hidden, None if it says nothing."""
    vanish = styled.find(f"{WORD}rPr/{WORD}vanish")
    return None if vanish is None else vanish.get(f"{WORD}val") in _ON


def _symbol(sign: Element) -> str:
    try:
        code = int(sign.get(f"{WORD}char") or "", 16)
    except ValueError:
        return ""
    return symbol(code, sign.get(f"{WORD}font") or "")


def _in_script(text: Element) -> str:
    """Return the text of a run as it stands: on the line, raised or lowered."""
    if text.tag == f"{_MATH}t":
        return formula_text(text)
    script = _SCRIPTS.get(value_of(text.getparent(), "rPr", "vertAlign") or "")
    return script(text.text or "") if script else text.text or ""
