"""Writes the formulas and charts of OpenDocument files, which are files of their own, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.scripts import lowered, raised
from index.corpus.readers.tables import table_rows

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_SPAN = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}span"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_PLACE = "{http://www.w3.org/1999/xlink}href"


def write_objects(content: Element, archive: ZipFile) -> None:
    """Put the text of each formula or chart in the place where the document shows it."""
    names = set(archive.namelist())
    for shown in content.iter(f"{_DRAW}object"):
        name = f"{shown.get(_PLACE, '').removeprefix('./')}/content.xml"
        if name in names:
            shown.tag, shown.text = _SPAN, _text(parse_xml(archive.read(name)))


def _text(part: Element) -> str:
    if part.tag == f"{_MATH}math":
        return _formula(part)
    chart = next(part.iter(f"{_CHART}chart"), None)
    if chart is None:
        return ""
    titles = ["".join(one.itertext()) for one in chart.iter(f"{_CHART}title")]
    rows = [
        ["".join(cell.itertext()) for cell in row.iter(f"{_TABLE}table-cell")]
        for row in chart.iter(f"{_TABLE}table-row")
    ]
    return "; ".join([*titles, *table_rows(rows).splitlines()])


def _formula(element: Element) -> str:
    """Return a formula on a line: what is raised or lowered as such, fractions with a slash."""
    name = str(element.tag).removeprefix(_MATH)
    if name.startswith("annotation"):
        return ""
    parts = [_formula(one) for one in element]
    if name == "mfrac":
        return "/".join(part if len(part) == 1 else f"({part})" for part in parts)
    if name in {"msup", "mover"}:
        return "".join(parts[:1] + [raised(one) for one in parts[1:]])
    if name in {"msub", "munder"}:
        return "".join(parts[:1] + [lowered(one) for one in parts[1:]])
    if name in {"msubsup", "munderover"}:
        return "".join([*parts[:1], *map(lowered, parts[1:2]), *map(raised, parts[2:])])
    text = (element.text or "").strip() + "".join(parts)
    return f"√({text})" if name == "msqrt" else text
