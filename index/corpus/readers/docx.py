"""Reads Word documents: paragraphs, headings by outline level, tables, notes and text boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive, parse_xml
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.docx_numbering import Numbering
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import stated_metadata
from index.corpus.readers.scripts import inline_note, lowered, raised
from index.corpus.readers.tables import table_rows
from index.types import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element as Element

_KIND = "a Word document (.docx)"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ON = {None, "1", "true", "on"}
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# elements of a paragraph that are not its words, or repeat them
_SKIPPED = {f"{_WORD}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "tbl")}
_SKIPPED |= {_ALTERNATIVE, f"{_WORD}txbxContent"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SIGNS = {f"{_WORD}{name}": sign for name, sign in _SIGNS.items()} | {f"{_MATH}den": "/"}
_TEXT = {f"{_WORD}t", f"{_MATH}t"}
_CALLS = {f"{_WORD}footnoteReference": "footnotes", f"{_WORD}endnoteReference": "endnotes"}
_SCRIPTS = {"superscript": raised, "subscript": lowered}
_MATH_SCRIPTS = {f"{_MATH}sup": raised, f"{_MATH}sub": lowered}
_HEADING = re.compile(r"heading ([1-9])\Z", re.IGNORECASE)
_TITLE_LEVEL = 0
_MOST_COLUMNS = 100  # that one merged cell covers


def read_docx(data: bytes, path: str, identity: str) -> Document:
    """Read a Word document as it stands with its changes accepted.

    Notes stand in brackets where they are called; page heads and feet come last, each once.
    Comments and hidden text are left out; the notes of the document say of the latter.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    import docx

    with parsing(path, _KIND):
        archive = open_archive(data, path, _KIND)
        word = docx.Document(BytesIO(data))
        assembly = Assembly()
        words = _Words(word)
        numbering = next(iter(_parts(word, "numbering")), None)
        flow = _Flow(
            assembly, _outline_levels(word), words, Numbering(numbering, word.styles.element)
        )
        flow.add(word.element.body)
        assembly.leave(_TITLE_LEVEL)
        edges = [*_parts(word, "header"), *_parts(word, "footer")]
        texts = ("\n".join(map(words.text, edge.iter(f"{_WORD}p"))) for edge in edges)
        for text in dict.fromkeys(texts):
            assembly.add(text, "lines")
        metadata = stated_metadata(archive, path, assembly.first_heading)
        notes = ("left out hidden text",) if words.hid_text else ()
        return assembly.document(identity, path, metadata, notes=notes)


def _parts(word: WordDocument, *kinds: str) -> Iterator[Element]:
    for relation in word.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(
            tuple(f"/{one}" for one in kinds)
        ):
            yield parse_xml(relation.target_part.blob)


def _outline_levels(word: WordDocument) -> dict[str, int]:
    """Return the level of each paragraph style that is one of headings, by the style's id."""
    levels: dict[str, int] = {}
    for style in word.styles.element.iterchildren(f"{_WORD}style"):
        name = _value(style, "name") or ""
        named = _HEADING.match(name)
        outline = _value(style, "pPr", "outlineLvl")
        parent = _value(style, "basedOn") or ""
        identity = style.get(f"{_WORD}styleId") or ""
        if name.lower() == "title":
            levels[identity] = _TITLE_LEVEL
        elif named:
            levels[identity] = int(named[1])
        elif outline and outline.isdigit():
            levels[identity] = int(outline) + 1
        elif parent in levels:
            levels[identity] = levels[parent]
    return levels


def _value(element: Element, *names: str) -> str | None:
    found = element.find("/".join(f"{_WORD}{name}" for name in names))
    return None if found is None else found.get(f"{_WORD}val")


class _Flow:
    """Adds the paragraphs and tables of a body, a cell or a text box, in order."""

    def __init__(
        self, assembly: Assembly, levels: dict[str, int], words: _Words, numbering: Numbering
    ) -> None:
        self._assembly = assembly
        self._levels = levels
        self._words = words
        self._numbering = numbering

    def add(self, flow: Iterable[Element]) -> None:
        for element in flow:
            if element.tag == f"{_WORD}p":
                self._add_paragraph(element)
            elif element.tag == f"{_WORD}tbl":
                self._add_table(element)
            elif element.tag not in _SKIPPED:
                self.add(element)  # content controls and changes hold paragraphs

    def _add_paragraph(self, paragraph: Element) -> None:
        level = self._level(paragraph)
        text = self._words.text(paragraph)
        number = self._numbering.number(paragraph) if text.strip() else ""
        if level is None:
            is_item = paragraph.find(f"{_WORD}pPr/{_WORD}numPr") is not None
            self._assembly.add(number + text, close=is_item)
        else:
            self._assembly.add_heading(number + text, level)
        for box in paragraph.iter(f"{_WORD}txbxContent"):
            if next(box.iterancestors(_ALTERNATIVE), None) is None:
                self.add(box)

    def _level(self, paragraph: Element) -> int | None:
        outline = _value(paragraph, "pPr", "outlineLvl")
        if outline and outline.isdigit():
            return int(outline) + 1 if int(outline) < 9 else None  # 9 is body text
        level = self._levels.get(_value(paragraph, "pPr", "pStyle") or "")
        return level if level is None or level < 10 else None

    def _add_table(self, table: Element) -> None:
        """Add a table of data row by row, and one for layout cell by cell."""
        cells = list(table.iter(f"{_WORD}tc"))
        headed = any(self._level(one) is not None for one in table.iter(f"{_WORD}p"))
        if (
            len(cells) == 1
            or headed
            or next(table.iterdescendants(f"{_WORD}tbl"), None) is not None
        ):
            for cell in cells:
                if next(cell.iterancestors(f"{_WORD}tbl")) is table:
                    self.add(cell)
            return
        self._assembly.add(table_rows(self._rows(table)), "lines")

    def _rows(self, table: Element) -> Iterator[list[str]]:
        """Yield the texts of each row, that of a merged cell in every place that it covers."""
        above: dict[int, str] = {}  # by column
        for row in table.iter(f"{_WORD}tr"):
            texts: list[str] = []
            cells = list(row.iter(f"{_WORD}tc"))
            for cell in cells:
                text = " ".join(map(self._words.text, cell.iter(f"{_WORD}p")))
                merged = cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
                if merged is not None and merged.get(f"{_WORD}val") != "restart":
                    text = above.get(len(texts), text)
                above[len(texts)] = text
                width = _value(cell, "tcPr", "gridSpan") or ""
                covered = min(int(width), _MOST_COLUMNS) if width.isdigit() else 1
                texts += [text] * (1 if len(cells) == 1 else covered)
            yield texts


class _Words:
    """Reads the words of paragraphs, without hidden ones, and with notes where they are called.

    Attributes:
        hid_text: whether hidden text was left out.
    """

    def __init__(self, word: WordDocument) -> None:
        self.hid_text = False
        self._hidden_styles = {
            style.get(f"{_WORD}styleId")
            for style in word.styles.element.iterchildren(f"{_WORD}style")
            if _is_hidden(style)
        }
        self._notes: dict[tuple[str, str], Element] = {}
        for kind in set(_CALLS.values()):
            for part in _parts(word, kind):
                for note in part:
                    if not note.get(f"{_WORD}type"):  # separators have one
                        self._notes[kind, note.get(f"{_WORD}id") or ""] = note

    def text(self, paragraph: Element) -> str:
        """Return the words that are seen in a paragraph."""
        from lxml import etree

        if _value(paragraph, "pPr", "pStyle") in self._hidden_styles:
            self.hid_text = self.hid_text or paragraph.find(f".//{_WORD}t") is not None
            return ""
        parts = []
        walk = etree.iterwalk(paragraph, events=("start",))
        for _, element in walk:
            if element.tag in _SKIPPED or self._hides(element):
                walk.skip_subtree()
            elif element.tag in _CALLS:
                parts.append(self._note(element))
            elif element.tag in _TEXT:
                parts.append(_in_script(element))
            else:
                parts.append(_SIGNS.get(element.tag, ""))
        return "".join(parts)

    def _hides(self, run: Element) -> bool:
        if run.tag != f"{_WORD}r":
            return False
        hidden = _is_hidden(run) or _value(run, "rPr", "rStyle") in self._hidden_styles
        self.hid_text = self.hid_text or (hidden and run.find(f"{_WORD}t") is not None)
        return hidden

    def _note(self, call: Element) -> str:
        """Return the note that is called, once: a note may call itself."""
        note = self._notes.pop((_CALLS[call.tag], call.get(f"{_WORD}id") or ""), None)
        if note is None:
            return ""
        return inline_note(" ".join(map(self.text, note.iter(f"{_WORD}p"))))


def _is_hidden(styled: Element) -> bool:
    vanish = styled.find(f"{_WORD}rPr/{_WORD}vanish")
    return vanish is not None and vanish.get(f"{_WORD}val") in _ON


def _in_script(text: Element) -> str:
    """Return the text of a run as it stands: on the line, raised or lowered."""
    run = text.getparent()
    if text.tag == f"{_MATH}t":
        script = _MATH_SCRIPTS.get(run.getparent().tag)
    else:
        script = _SCRIPTS.get(_value(run, "rPr", "vertAlign") or "")
    return script(text.text or "") if script else text.text or ""
