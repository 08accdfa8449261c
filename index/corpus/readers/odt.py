"""Reads OpenDocument text, as LibreOffice writes it (OASIS OpenDocument 1.3, part 3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive, parse_xml
from index.corpus.readers.assembly import Assembly, day_of, title_of
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.properties import split_names
from index.corpus.readers.tables import table_rows
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
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_TEXT = f"{{{_SPACES['text']}}}"
_TABLE = f"{{{_SPACES['table']}}}"
_OFFICE = f"{{{_SPACES['office']}}}"
_BOX = f"{{{_SPACES['draw']}}}text-box"
_NOTE = f"{_TEXT}note-body"
_APART = {_NOTE, _BOX}  # flows of their own within a paragraph
_SKIPPED = {f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_TEXT}note-citation"}


def read_odt(data: bytes, path: str, identity: str) -> Document:
    """Read OpenDocument text as it stands; notes and text boxes follow their paragraph.

    Comments, what was deleted, and the heads and feet of pages are left out.

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
            _add_flow(body, assembly)
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


def _add_flow(flow: Iterable[Element], assembly: Assembly, *, in_list: bool = False) -> None:
    for element in flow:
        if element.tag in (f"{_TEXT}h", f"{_TEXT}p"):
            _add_paragraph(element, assembly, in_list=in_list)
        elif element.tag == f"{_TABLE}table":
            _add_table(element, assembly)
        elif element.tag not in _SKIPPED:
            _add_flow(element, assembly, in_list=element.tag == f"{_TEXT}list-item")


def _add_paragraph(paragraph: Element, assembly: Assembly, *, in_list: bool) -> None:
    level = paragraph.get(f"{_TEXT}outline-level", "1")
    if paragraph.tag == f"{_TEXT}h":
        assembly.add_heading(_text(paragraph), int(level) if level.isdigit() else 1)
    else:
        assembly.add(_text(paragraph), close=in_list)
    for apart in paragraph.iterdescendants(*_APART):
        if next(apart.iterancestors(*_APART, paragraph.tag)) is paragraph:
            _add_flow(apart, assembly)


def _add_table(table: Element, assembly: Assembly) -> None:
    """Add a table of data row by row, and one for layout cell by cell."""
    cells = list(table.iter(f"{_TABLE}table-cell"))
    if (
        len(cells) == 1
        or next(table.iterdescendants(f"{_TABLE}table", f"{_TEXT}h"), None) is not None
    ):
        for cell in cells:
            if next(cell.iterancestors(f"{_TABLE}table")) is table:
                _add_flow(cell, assembly)
        return
    rows = [
        [" ".join(map(_text, cell.iter(f"{_TEXT}p"))) for cell in row.iter(f"{_TABLE}table-cell")]
        for row in table.iter(f"{_TABLE}table-row")
    ]
    assembly.add(table_rows(rows), "lines")


def _text(paragraph: Element) -> str:
    """Return the words of a paragraph; runs of spaces, tabs and line ends are elements in it."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            parts.append(element.tail or "" if element is not paragraph else "")
        elif element.tag in _SKIPPED | _APART:
            walk.skip_subtree()
        elif element.tag == f"{_TEXT}s":
            parts.append(" ")
        elif element.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif element.tag == f"{_TEXT}line-break":
            parts.append("\n")
        else:
            parts.append(" ".join((element.text or "").split("\n")))
    return "".join(parts)
