"""Reads the text boxes that lie on the sheets of an Excel workbook."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from index.corpus.readers.archive import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SHEET_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HIDDEN = {"1", "true"}


def box_texts(archive: ZipFile, sheet: str) -> Iterator[str]:
    """Yield the text of each box on the sheet that a file of the archive holds."""
    for part in _drawings(archive, sheet):
        for shape in parse_xml(archive.read(part)).iter(f"{_SHEET_DRAWING}sp"):
            is_repeated = next(shape.iterancestors(_ALTERNATIVE), None) is not None
            if not is_repeated and not _is_hidden(shape):
                yield "\n".join(map(_text, shape.iter(f"{_DRAWING}p"))).strip()


def _drawings(archive: ZipFile, sheet: str) -> Iterator[str]:
    """Yield the files of a sheet's drawings."""
    folder, name = posixpath.split(sheet.lstrip("/"))
    relations = f"{folder}/_rels/{name}.rels"
    names = set(archive.namelist())
    for relation in parse_xml(archive.read(relations)) if relations in names else ():
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or ""))
        if (relation.get("Type") or "").endswith("/drawing") and target[1:] in names:
            yield target[1:]


def _is_hidden(shape: Element) -> bool:
    stated = shape.find(f"{_SHEET_DRAWING}nvSpPr/{_SHEET_DRAWING}cNvPr")
    return stated is not None and stated.get("hidden") in _HIDDEN


def _text(paragraph: Element) -> str:
    return "".join(
        "\n" if one.tag == f"{_DRAWING}br" else one.text or ""
        for one in paragraph.iter(f"{_DRAWING}t", f"{_DRAWING}br")
    )
