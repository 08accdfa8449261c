"""Reads Word documents: paragraphs, headings by outline level, tables, notes and text boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive, parse_xml
from index.corpus.readers.assembly import Assembly, table_rows
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import stated_metadata
from index.types import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element as Element

_KIND = "a Word document (.docx)"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# elements of a paragraph that are not its words, or repeat them
_SKIPPED = {f"{_WORD}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "tbl")}
_SKIPPED |= {_ALTERNATIVE, f"{_WORD}txbxContent"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SIGNS = {f"{_WORD}{name}": sign for name, sign in _SIGNS.items()}
_TEXT = {f"{_WORD}t", f"{_MATH}t"}
_HEADING = re.compile(r"heading ([1-9])\Z", re.IGNORECASE)
_TITLE_LEVEL = 0


def read_docx(data: bytes, path: str, identity: str) -> Document:
    """Read a Word document as it stands with its changes accepted.

    Footnotes, endnotes, then page heads and feet come last, each once; comments are left out.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    import docx

    with parsing(path, _KIND):
        open_archive(data, path, _KIND)
        word = docx.Document(BytesIO(data))
        assembly = Assembly()
        flow = _Flow(assembly, _outline_levels(word))
        flow.add(word.element.body)
        assembly.leave(_TITLE_LEVEL)
        for notes in _parts(word, "footnotes", "endnotes"):
            flow.add([one for one in notes if not one.get(f"{_WORD}type")])  # separators have one
        heads = ("\n".join(map(_text, one.iter(f"{_WORD}p"))) for one in _parts(word, "header"))
        feet = ("\n".join(map(_text, one.iter(f"{_WORD}p"))) for one in _parts(word, "footer"))
        for text in dict.fromkeys((*heads, *feet)):
            assembly.add(text, "lines")
        metadata = stated_metadata(word.core_properties, path, assembly.first_heading)
        return assembly.document(identity, path, metadata)


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

    def __init__(self, assembly: Assembly, levels: dict[str, int]) -> None:
        self._assembly = assembly
        self._levels = levels

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
        if level is None:
            is_item = paragraph.find(f"{_WORD}pPr/{_WORD}numPr") is not None
            self._assembly.add(_text(paragraph), close=is_item)
        else:
            self._assembly.add_heading(_text(paragraph), level)
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
        rows = [
            [" ".join(map(_text, cell.iter(f"{_WORD}p"))) for cell in row.iter(f"{_WORD}tc")]
            for row in table.iter(f"{_WORD}tr")
        ]
        self._assembly.add(table_rows(rows), "lines")


def _text(paragraph: Element) -> str:
    from lxml import etree

    parts = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in _SKIPPED:
            walk.skip_subtree()
        elif element.tag in _TEXT:
            parts.append(element.text or "")
        else:
            parts.append(_SIGNS.get(element.tag, ""))
    return "".join(parts)
