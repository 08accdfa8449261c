"""Reads the words in diagrams of Office files, which programs call SmartArt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def diagram_texts(element: Element, data_of: Callable[[str], bytes]) -> Iterator[str]:
    """Yield the texts of the diagrams below an element; `data_of` returns a part by its id."""
    for diagram in element.iter(_DIAGRAM):
        for paragraph in parse_xml(data_of(diagram.get(_DATA, ""))).iter(f"{_DRAWING}p"):
            yield "".join(one.text or "" for one in paragraph.iter(f"{_DRAWING}t"))
