"""Reads Word documents: paragraphs, headings by outline level, tables, notes and text boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.charts import chart_text, charts_in
from index.corpus.readers.comments import comment_notes
from index.corpus.readers.diagrams import diagram_texts, diagrams_in
from index.corpus.readers.docx_numbering import Numbering
from index.corpus.readers.docx_words import SKIPPED, WORD, Words, parts_of, value_of
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import stated_metadata
from index.corpus.readers.tables import table_rows
from index.types import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element as Element

_KIND = "a Word document (.docx)"
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading ([1-9])\Z", re.IGNORECASE)
_TITLE_LEVEL = 0
# marks of a paragraph that begins the next one: a large letter, or its end was deleted
_JOINED = (
    f"{WORD}pPr/{WORD}framePr[@{WORD}dropCap]",
    f"{WORD}pPr/{WORD}rPr/{WORD}del",
    f"{WORD}pPr/{WORD}rPr/{WORD}moveFrom",
)
_MOST_COLUMNS = 100  # that one merged cell covers


def read_docx(data: bytes, path: str, identity: str) -> Document:
    """Read a Word document as it stands with its changes accepted.

    Notes stand in brackets where they are called; page heads and feet come last, each once.
    Comments and hidden text are left out; the notes of the document say so.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    import docx

    with parsing(path, _KIND):
        archive = open_archive(data, path, _KIND)
        word = docx.Document(BytesIO(data))
        assembly = Assembly()
        words = Words(word)
        numbering = next(iter(parts_of(word, "numbering")), None)
        flow = _Flow(
            assembly, _outline_levels(word), words, Numbering(numbering, word.styles.element), word
        )
        flow.add(word.element.body)
        assembly.leave(_TITLE_LEVEL)
        edges = [*parts_of(word, "header"), *parts_of(word, "footer")]
        texts = ("\n".join(map(words.text, edge.iter(f"{WORD}p"))) for edge in edges)
        for text in dict.fromkeys(texts):
            assembly.add(text, "lines")
        metadata = stated_metadata(archive, path, assembly.first_heading)
        hidden = ("left out hidden text",) if words.hid_text else ()
        notes = (*hidden, *comment_notes(archive))
        return assembly.document(identity, path, metadata, notes=notes)


def _outline_levels(word: WordDocument) -> dict[str, int]:
    """Return the level of each paragraph style that is one of headings, by the style's id."""
    levels: dict[str, int] = {}
    for style in word.styles.element.iterchildren(f"{WORD}style"):
        name = value_of(style, "name") or ""
        named = _HEADING.match(name)
        outline = value_of(style, "pPr", "outlineLvl")
        parent = value_of(style, "basedOn") or ""
        identity = style.get(f"{WORD}styleId") or ""
        if name.lower() == "title":
            levels[identity] = _TITLE_LEVEL
        elif named:
            levels[identity] = int(named[1])
        elif outline and outline.isdigit():
            levels[identity] = int(outline) + 1
        elif parent in levels:
            levels[identity] = levels[parent]
    return levels


class _Flow:
    """Adds the paragraphs and tables of a body, a cell or a text box, in order."""

    def __init__(
        self,
        assembly: Assembly,
        levels: dict[str, int],
        words: Words,
        numbering: Numbering,
        word: WordDocument,
    ) -> None:
        self._assembly = assembly
        self._levels = levels
        self._words = words
        self._numbering = numbering
        self._parts = word.part.related_parts
        self._read: set[str] = set()  # parts with charts and diagrams
        self._initial = ""  # what begins the next paragraph: a large letter, or a paragraph joined

    def add(self, flow: Iterable[Element]) -> None:
        for element in flow:
            if element.tag == f"{WORD}p":
                self._add_paragraph(element)
            elif element.tag == f"{WORD}tbl":
                self._add_table(element)
            elif element.tag not in SKIPPED:
                self.add(element)  # content controls and changes hold paragraphs
        self._assembly.add(self._initial)
        self._initial = ""

    def _add_paragraph(self, paragraph: Element) -> None:
        text = self._initial + self._words.text(paragraph)
        is_joined = any(paragraph.find(one) is not None for one in _JOINED)
        self._initial = text if is_joined else ""
        if not is_joined:
            self._add_text(paragraph, text)
        for box in paragraph.iter(f"{WORD}txbxContent"):
            if next(box.iterancestors(_ALTERNATIVE, f"{WORD}p")) is paragraph:
                self.add(box)
        for diagram in self._unread(diagrams_in(paragraph)):
            for line in diagram_texts(diagram):
                self._assembly.add(line, close=True)
        for chart in self._unread(charts_in(paragraph)):
            self._assembly.add(chart_text(chart), "lines")

    def _add_text(self, paragraph: Element, text: str) -> None:
        level = self._level(paragraph)
        number = self._numbering.number(paragraph) if text.strip() else ""
        if level is None:
            is_item = paragraph.find(f"{WORD}pPr/{WORD}numPr") is not None
            self._assembly.add(number + text, close=is_item)
        else:
            self._assembly.add_heading(number + text, level)

    def _unread(self, identities: Iterable[str]) -> Iterator[bytes]:
        """Yield the parts with these ids, each once: one in a text box is in two paragraphs."""
        for one in identities:
            if one in self._parts and one not in self._read:
                self._read.add(one)
                yield self._parts[one].blob

    def _level(self, paragraph: Element) -> int | None:
        outline = value_of(paragraph, "pPr", "outlineLvl")
        if outline and outline.isdigit():
            return int(outline) + 1 if int(outline) < 9 else None  # 9 is body text
        level = self._levels.get(value_of(paragraph, "pPr", "pStyle") or "")
        return level if level is None or level < 10 else None

    def _add_table(self, table: Element) -> None:
        """Add a table of data row by row, and one for layout cell by cell.

        Tables stand in most rows of one for layout; one that stands in another row is its text.
        """
        rows = _own(table, "tr", "tbl")
        headed = any(self._level(one) is not None for one in table.iter(f"{WORD}p"))
        holders = sum(row.find(f".//{WORD}tbl") is not None for row in rows)
        cells = [cell for row in rows for cell in _own(row, "tc", "tr")]
        if len(cells) == 1 or headed or 2 * holders > len(rows) - 1:
            for cell in cells:
                self.add(cell)
            return
        self._assembly.add(table_rows(self._rows(rows)), "lines")

    def _rows(self, rows: Iterable[Element]) -> Iterator[list[str]]:
        """Yield the texts of each row, that of a merged cell in every place that it covers."""
        above: dict[int, str] = {}  # by column
        for row in rows:
            cells = _own(row, "tc", "tr")
            texts = [""] * _columns(value_of(row, "trPr", "gridBefore"), 0)
            for cell in cells:
                text = self._cell_text(cell)
                if _is_covered(cell, "vMerge"):
                    text = above.get(len(texts), text)
                elif _is_covered(cell, "hMerge") and texts:
                    text = texts[-1]
                above[len(texts)] = text
                covered = _columns(value_of(cell, "tcPr", "gridSpan"), 1)
                texts += [text] * (1 if len(cells) == 1 else covered)
            yield texts

    def _cell_text(self, cell: Element) -> str:
        """Return the text of a cell, with the numbers of its paragraphs and its text boxes once."""
        texts = []
        for paragraph in cell.iter(f"{WORD}p"):
            if next(paragraph.iterancestors(_ALTERNATIVE), None) is None:
                text = self._words.text(paragraph)
                texts.append((self._numbering.number(paragraph) if text.strip() else "") + text)
        return " ".join(texts)


def _own(around: Element, name: str, within: str) -> list[Element]:
    """Return the rows of a table or the cells of a row that are not those of a table in it."""
    return [
        one
        for one in around.iter(f"{WORD}{name}")
        if next(one.iterancestors(f"{WORD}{within}")) is around
    ]


def _columns(stated: str | None, otherwise: int) -> int:
    return min(int(stated), _MOST_COLUMNS) if stated and stated.isdigit() else otherwise


def _is_covered(cell: Element, name: str) -> bool:
    """Whether a cell is covered by the merged cell above or before it."""
    merged = cell.find(f"{WORD}tcPr/{WORD}{name}")
    return merged is not None and merged.get(f"{WORD}val") != "restart"
