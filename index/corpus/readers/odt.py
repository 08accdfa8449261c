"""Reads OpenDocument text, as LibreOffice writes it (OASIS OpenDocument 1.3, part 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive, parse_xml
from index.corpus.readers.assembly import Assembly, day_of, title_of
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import split_names
from index.corpus.readers.scripts import inline_note, lowered, raised
from index.corpus.readers.tables import TableCell, fill_merged, table_rows
from index.errors import DocumentError
from index.types import Document, Metadata

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element as Element

_KIND = "OpenDocument text (.odt)"
_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_TEXT = f"{{{_SPACES['text']}}}"
_TABLE = f"{{{_SPACES['table']}}}"
_STYLE = f"{{{_SPACES['style']}}}"
_OFFICE = f"{{{_SPACES['office']}}}"
_BOX = f"{{{_SPACES['draw']}}}text-box"
_NOTE = f"{_TEXT}note-body"
_HIDDEN = f"{_TEXT}hidden-text"
_MOST_REPEATED = 50  # times that one cell says it stands in its row

# how text of a style is written, by the style's name
Scripts = dict[str, Callable[[str], str]]

_SKIPPED = {f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_TEXT}note-citation", _HIDDEN}


def read_odt(data: bytes, path: str, identity: str) -> Document:
    """Read OpenDocument text as it stands; notes stand in brackets where they are called.

    Text boxes follow their paragraph. Hidden text, comments, deleted text, and the heads and feet
    of pages are left out.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    with parsing(path, _KIND):
        archive = open_archive(data, path, _KIND)
        names = archive.namelist()
        if "content.xml" not in names:
            raise DocumentError(f"{path}: is not {_KIND}; save it again as that")
        if b"encryption-data" in (_member(archive, "META-INF/manifest.xml") or b""):
            raise DocumentError(f"{path}: is encrypted; save it without a password")
        content = parse_xml(archive.read("content.xml"))
        assembly = Assembly()
        for body in content.iter(f"{_OFFICE}text"):
            _add_flow(body, assembly, _scripts(content))
        stated = _member(archive, "meta.xml")
        metadata = _metadata(None if stated is None else parse_xml(stated), path, assembly)
        return assembly.document(identity, path, metadata)


def _member(archive: ZipFile, name: str) -> bytes | None:
    return archive.read(name) if name in archive.namelist() else None


def _metadata(meta: Element | None, path: str, assembly: Assembly) -> Metadata:
    def stated(*names: str) -> str:
        found = (meta.findtext(f".//{name}", None, _SPACES) for name in names if meta is not None)
        return next((text.strip() for text in found if text and text.strip()), "")

    keywords = [] if meta is None else meta.iterfind(".//meta:keyword", _SPACES)
    return Metadata(
        title=title_of(path, stated("dc:title"), assembly.first_heading),
        authors=split_names(stated("meta:initial-creator", "dc:creator")),
        date=day_of(stated("dc:date", "meta:creation-date")),
        language=stated("dc:language").partition("-")[0].lower() or None,
        tags=tuple(one.text.strip() for one in keywords if one.text and one.text.strip()),
    )


def _scripts(content: Element) -> Scripts:
    """Return how the text of each style is written that is raised or lowered."""
    found: Scripts = {}
    for style in content.iter(f"{_STYLE}style"):
        properties = style.find(f"{_STYLE}text-properties")
        place = "" if properties is None else properties.get(f"{_STYLE}text-position", "")
        if place.startswith(("super", "sub", "-")) or place[:1].isdigit():
            shift = place.split()[0]
            if shift not in ("0%", "0"):
                is_low = shift.startswith(("sub", "-"))
                found[style.get(f"{_STYLE}name", "")] = lowered if is_low else raised
    return found


def _add_flow(
    flow: Iterable[Element], assembly: Assembly, scripts: Scripts, *, in_list: bool = False
) -> None:
    for element in flow:
        if element.tag in (f"{_TEXT}h", f"{_TEXT}p"):
            _add_paragraph(element, assembly, scripts, in_list=in_list)
        elif element.tag == f"{_TABLE}table":
            _add_table(element, assembly, scripts)
        elif element.tag not in _SKIPPED:
            _add_flow(element, assembly, scripts, in_list=element.tag == f"{_TEXT}list-item")


def _add_paragraph(
    paragraph: Element, assembly: Assembly, scripts: Scripts, *, in_list: bool
) -> None:
    level = paragraph.get(f"{_TEXT}outline-level", "1")
    text = _text(paragraph, scripts)
    if paragraph.tag == f"{_TEXT}h":
        assembly.add_heading(text, int(level) if level.isdigit() else 1)
    else:
        assembly.add(text, close=in_list)
    for box in paragraph.iterdescendants(_BOX):
        if next(box.iterancestors(_BOX, paragraph.tag)) is paragraph:
            _add_flow(box, assembly, scripts)


def _add_table(table: Element, assembly: Assembly, scripts: Scripts) -> None:
    """Add a table of data row by row, and one for layout cell by cell."""
    cells = list(table.iter(f"{_TABLE}table-cell"))
    if (
        len(cells) == 1
        or next(table.iterdescendants(f"{_TABLE}table", f"{_TEXT}h"), None) is not None
    ):
        for cell in cells:
            if next(cell.iterancestors(f"{_TABLE}table")) is table:
                _add_flow(cell, assembly, scripts)
        return
    rows = [
        [
            TableCell(
                " ".join(
                    _text(one, scripts)
                    for one in cell.iter(f"{_TEXT}p")
                    if next(one.iterancestors(_NOTE), None) is None
                ),
                _number(cell, "number-columns-spanned"),
                _number(cell, "number-rows-spanned"),
            )
            for cell in row.iter(f"{_TABLE}table-cell")
            for _ in range(min(_number(cell, "number-columns-repeated"), _MOST_REPEATED))
        ]
        for row in table.iter(f"{_TABLE}table-row")
    ]
    assembly.add(table_rows(fill_merged(rows)), "lines")


def _number(cell: Element, name: str) -> int:
    text = cell.get(f"{_TABLE}{name}", "1")
    return max(1, int(text)) if text.isdigit() else 1


def _text(paragraph: Element, scripts: Scripts) -> str:
    """Return the words of a paragraph; runs of spaces, tabs and line ends are elements in it."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            parts.append(element.tail or "" if element is not paragraph else "")
        elif element.tag == _NOTE:
            note = (_text(one, scripts) for one in element.iterchildren(f"{_TEXT}p"))
            parts.append(inline_note(" ".join(note)))
            walk.skip_subtree()
        elif element.tag in _SKIPPED or element.tag == _BOX:
            walk.skip_subtree()
        elif element.tag == f"{_TEXT}s":
            parts.append(" ")
        elif element.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif element.tag == f"{_TEXT}line-break":
            parts.append("\n")
        else:
            script = scripts.get(element.get(f"{_TEXT}style-name", "")) or str
            text = " ".join((element.text or "").split("\n"))
            parts.append(script(text) if element.tag == f"{_TEXT}span" else text)
    return "".join(parts)
