"""Turns the elements of a web page, or of a book's chapter, into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, table_rows
from index.types import NOWHERE, Location

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Elements that begin and end a line of their own (HTML Standard, "Flow content" in the rendering
# section); all other elements stand within a line.
_FLOW = set(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form header hgroup hr html legend li main menu nav ol optgroup"
    " option p search section summary table tbody td tfoot th thead tr ul".split()
)
_ITEMS = {"li", "dt", "dd", "option", "summary"}  # they follow one another without blank lines
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSHOWN = """
    .//script | .//style | .//template | .//noscript | .//iframe | .//object | .//svg | .//canvas
    | .//audio | .//video | .//head | .//button | .//select | .//textarea | .//datalist
    | .//*[@hidden or contains(translate(@style, ' ', ''), 'display:none')]
"""
_LAYOUT = "descendant::*[self::table or self::pre or self::h1 or self::h2 or self::h3][1]"
_SPACES = re.compile(r"[ \t\n\r\f]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")


def drop(elements: Iterable[HtmlElement]) -> None:
    """Remove elements from their tree; the text after them stays."""
    dropped: set[HtmlElement] = set()
    for element in elements:
        if element.getparent() is not None and dropped.isdisjoint(element.iterancestors()):
            element.drop_tree()
            dropped.add(element)


def drop_unshown(root: HtmlElement) -> None:
    """Remove the elements that a browser does not show, or shows as controls."""
    drop(root.xpath(_UNSHOWN))


def add_markup(root: HtmlElement, assembly: Assembly, location: Location = NOWHERE) -> None:
    """Add all text below `root`: headings, paragraphs, list items, tables and code as blocks.

    Depth costs no stack. A table that holds others, code or headings is there for layout: its
    cells are read one after another.
    """
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    line: list[str] = []  # the text since the last block
    item = False
    after_item = False

    def flush() -> None:
        nonlocal after_item, item
        text = _AROUND_LINE_END.sub("\n", "".join(line))
        line.clear()
        if text.strip():
            assembly.add(text, location=location, close=item and after_item)
            after_item, item = item, False

    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _HEADINGS or tag == "pre" or (tag == "table" and not element.xpath(_LAYOUT)):
                flush()
                item = after_item = False
                _add_whole(element, assembly, location)
                walk.skip_subtree()
                continue
            if tag in _FLOW:
                flush()
                item = item or tag in _ITEMS
            elif tag == "br":
                line.append("\n")
            line.append(_SPACES.sub(" ", element.text or ""))
            continue
        if tag in _FLOW:
            flush()
        if element is not root:
            line.append(_SPACES.sub(" ", element.tail or ""))
    flush()


def _add_whole(element: HtmlElement, assembly: Assembly, location: Location) -> None:
    """Add an element that is one block: a heading, code or a table of data."""
    if element.tag == "pre":
        assembly.add(inner_text(element, keep_spaces=True), "lines", location)
    elif element.tag == "table":
        for caption in element.iterfind("caption"):
            assembly.add(inner_text(caption), location=location)
        rows = [
            [inner_text(cell) for cell in row.iterchildren("td", "th")]
            for row in element.iter("tr")
        ]
        assembly.add(table_rows(rows), "lines", location)
    else:
        assembly.add_heading(inner_text(element), _HEADINGS[element.tag], location)


def inner_text(element: HtmlElement, *, keep_spaces: bool = False) -> str:
    """Return the text in an element on one line, or as it was typed if `keep_spaces`."""
    from lxml import etree

    parts: list[str] = []
    for event, one in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        breaks = one.tag == "br" or (one.tag in _FLOW and one is not element)
        if event == "start":
            parts += ["\n" if breaks else "", one.text or ""]
        elif one is not element:
            parts += ["\n" if breaks and one.tag != "br" else "", one.tail or ""]
    text = "".join(parts)
    return text if keep_spaces else " ".join(text.split())
