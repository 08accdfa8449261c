"""Reads the words in diagrams of Office files, which programs call SmartArt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def diagrams_in(element: Element) -> Iterator[str]:
    """Yield the ids of the parts that hold the diagrams below an element."""
    for diagram in element.iter(_DIAGRAM):
        yield diagram.get(_DATA, "")


def diagram_texts(data: bytes) -> Iterator[str]:
    """Yield the texts of a diagram."""
    for paragraph in parse_xml(data).iter(f"{_DRAWING}p"):
        yield "".join(one.text or "" for one in paragraph.iter(f"{_DRAWING}t"))
