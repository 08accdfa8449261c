"""Reads the charts of Office files as tables (ECMA-376 part 1, 21.2): any type has its series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.number_format import shown_moment, shown_number
from index.corpus.readers.tables import table_rows

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_IDENTITY = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NAMES = (f"{_CHART}cat", f"{_CHART}xVal")
_MOST_POINTS = 10_000
_VALUES = (f"{_CHART}val", f"{_CHART}yVal")


def charts_in(element: Element) -> Iterator[str]:
    """Yield the ids of the parts that hold the charts below an element."""
    for call in element.iter(f"{_CHART}chart"):
        yield call.get(_IDENTITY, "")


def chart_text(data: bytes) -> str:
    """Return a chart as its title and a table: the categories, then a row for each series."""
    chart = parse_xml(data)
    title = chart.find(f".//{_CHART}chart/{_CHART}title")
    texts = [] if title is None else [one.text or "" for one in title.iter(f"{_DRAWING}t")]
    rows = [["".join(texts)], *_rows(chart)]
    return table_rows(rows)


def _rows(chart: Element) -> Iterator[list[str]]:
    """Yield the categories wherever they are others than before, and each series."""
    last: dict[int, str] = {}
    for series in chart.iter(f"{_CHART}ser"):
        names, values = _points(series, *_NAMES), _points(series, *_VALUES)
        width = max([*names, *values], default=-1) + 1
        if names and names != last:
            yield ["", *(names.get(one, "") for one in range(width))]
            last = names
        named = series.find(f"{_CHART}tx")
        name = "" if named is None else " ".join(one.text or "" for one in named.iter(f"{_CHART}v"))
        yield [name, *(values.get(one, "") for one in range(width))]


def _points(series: Element, *kinds: str) -> dict[int, str]:
    """Return the texts of categories or values, by their place."""
    found: dict[int, str] = {}
    for part in series.iterchildren(*kinds):
        form = part.findtext(f".//{_CHART}formatCode") or ""
        for point in part.iter(f"{_CHART}pt"):
            place = point.get("idx", "")
            if place.isdigit() and int(place) < _MOST_POINTS:
                texts = (_shown(one.text or "", form) for one in point.iter(f"{_CHART}v"))
                found.setdefault(int(place), " ".join(texts))
    return found


def _shown(value: str, form: str) -> str:
    from openpyxl.styles.numbers import is_date_format
    from openpyxl.utils.datetime import from_excel

    try:
        number = float(value)
        moment = from_excel(number) if is_date_format(form) else None
    except (ValueError, OverflowError):
        return value
    return shown_moment(moment) if moment is not None else shown_number(number, form)
