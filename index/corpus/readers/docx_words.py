"""Reads the words of a Word document's paragraphs, with its notes and without hidden text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.scripts import inline_note, lowered, raised

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element as Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
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
_MATH_SCRIPTS = {f"{_MATH}sup": raised, f"{_MATH}sub": lowered}


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
        self._hidden_styles = {
            style.get(f"{WORD}styleId")
            for style in word.styles.element.iterchildren(f"{WORD}style")
            if _is_hidden(style)
        }
        self._notes: dict[tuple[str, str], Element] = {}
        for kind in set(_CALLS.values()):
            for part in parts_of(word, kind):
                for note in part:
                    if not note.get(f"{WORD}type"):  # separators have one
                        self._notes[kind, note.get(f"{WORD}id") or ""] = note

    def text(self, paragraph: Element) -> str:
        """Return the words that are seen in a paragraph."""
        from lxml import etree

        if value_of(paragraph, "pPr", "pStyle") in self._hidden_styles:
            self.hid_text = self.hid_text or paragraph.find(f".//{WORD}t") is not None
            return ""
        parts = []
        walk = etree.iterwalk(paragraph, events=("start",))
        for _, element in walk:
            if element.tag in SKIPPED or self._hides(element):
                walk.skip_subtree()
            elif element.tag in _CALLS:
                parts.append(self._note(element))
            elif element.tag in _TEXT:
                parts.append(_in_script(element))
            else:
                parts.append(_SIGNS.get(element.tag, ""))
        return "".join(parts)

    def _hides(self, run: Element) -> bool:
        if run.tag != f"{WORD}r":
            return False
        hidden = _is_hidden(run) or value_of(run, "rPr", "rStyle") in self._hidden_styles
        self.hid_text = self.hid_text or (hidden and run.find(f"{WORD}t") is not None)
        return hidden

    def _note(self, call: Element) -> str:
        """Return the note that is called, once: a note may call itself."""
        note = self._notes.pop((_CALLS[call.tag], call.get(f"{WORD}id") or ""), None)
        if note is None:
            return ""
        return inline_note(" ".join(map(self.text, note.iter(f"{WORD}p"))))


def _is_hidden(styled: Element) -> bool:
    vanish = styled.find(f"{WORD}rPr/{WORD}vanish")
    return vanish is not None and vanish.get(f"{WORD}val") in _ON


def _in_script(text: Element) -> str:
    """Return the text of a run as it stands: on the line, raised or lowered."""
    run = text.getparent()
    if text.tag == f"{_MATH}t":
        script = _MATH_SCRIPTS.get(run.getparent().tag)
    else:
        script = _SCRIPTS.get(value_of(run, "rPr", "vertAlign") or "")
    return script(text.text or "") if script else text.text or ""
