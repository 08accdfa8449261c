"""Turns the elements of a web page, or of a book's chapter, into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly
from index.corpus.readers.numerals import numeral
from index.corpus.readers.scripts import lowered, raised
from index.corpus.readers.tables import TableCell, fill_merged, table_rows
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
_ITEMS = {"li", "dt", "dd", "option"}  # they follow one another without blank lines
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SHORT_TERM = 80  # characters
_PANEL = 7  # the level of the heading of a collapsed panel, below h6
_PANEL_HEADS = {"button", "summary"}
_WHOLE = {"pre", *_HEADINGS, *_PANEL_HEADS}  # elements that are one block
_NUMERALS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_SCRIPTS = {"sup": raised, "sub": lowered}
_LAYOUT = "descendant::*[self::table or self::pre or self::h1 or self::h2 or self::h3][1]"
_SPACES = re.compile(r"[ \t\n\r\f]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")


def add_markup(root: HtmlElement, assembly: Assembly, location: Location = NOWHERE) -> None:
    """Add all text below `root`: headings, paragraphs, list items, tables and code as blocks.

    Depth costs no stack. A table that holds others, code or headings is there for layout: its
    cells are read one after another.
    """
    from lxml import etree

    blocks = _Blocks(assembly, location)
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event != "start":
            blocks.end(element, has_tail=element is not root)
        elif blocks.start(element):
            walk.skip_subtree()
    blocks.flush()


class _Blocks:
    """Adds the elements of a page to an assembly, as they start and end."""

    def __init__(self, assembly: Assembly, location: Location) -> None:
        self._assembly = assembly
        self._location = location
        self._line: list[str] = []  # the text since the last block
        self._marker = ""  # the number of a list item, until its text comes
        self._numbers: dict[HtmlElement, str] = {}  # of list items
        self._is_item = self._after_item = False
        self._term = ""  # that descriptions follow
        self._panels: set[HtmlElement] = set()  # elements at whose end a panel ends

    def start(self, element: HtmlElement) -> bool:
        """Begin an element; return whether it was added with all that stands in it."""
        tag = element.tag
        if tag in _WHOLE or (tag == "table" and not element.xpath(_LAYOUT)):
            self.flush()
            self._is_item = self._after_item = False
            _add_whole(element, self._assembly, self._location)
            self._panels |= {element.getparent()} if tag in _PANEL_HEADS else set()
            return True
        if tag in _SCRIPTS:
            self._line.append(_SCRIPTS[tag](inner_text(element)))
            return True
        if tag in _FLOW:
            self._start_line(element)
        elif tag == "br":
            self._line.append("\n")
        self._line.append(_SPACES.sub(" ", element.text or ""))
        return False

    def _start_line(self, element: HtmlElement) -> None:
        tag = element.tag
        if not (tag == "dd" and "".join(self._line[-1:]) == ": "):
            self.flush()
        if tag == "dt":
            self._term = ""
        elif tag == "dd" and self._term and _is_further(element):
            self._line.append(f"{self._term}: ")
        self._is_item = self._is_item or tag in _ITEMS
        if tag == "li":
            self._marker = self._numbers.get(element, "")
        if tag == "ol":
            self._numbers.update(_numbers(element))

    def end(self, element: HtmlElement, *, has_tail: bool) -> None:
        """End an element; its tail is the text that follows it."""
        if element.tag == "dt" and _is_term(element):
            self._line.append(": ")
            self._term = inner_text(element)
            return
        if element.tag in _FLOW:
            self.flush()
        if element in self._panels:
            self._assembly.leave(_PANEL)
        if has_tail:
            self._line.append(_SPACES.sub(" ", element.tail or ""))

    def flush(self) -> None:
        """Add the text since the last block as a block."""
        text = _AROUND_LINE_END.sub("\n", "".join(self._line))
        self._line.clear()
        if text.strip():
            self._assembly.add(
                self._marker + text.lstrip(),
                location=self._location,
                close=self._is_item and self._after_item,
            )
            self._after_item, self._is_item, self._marker = self._is_item, False, ""


def _is_term(term: HtmlElement) -> bool:
    """Whether a term and its short description can stand on one line."""
    following = term.getnext()
    return (
        following is not None
        and following.tag == "dd"
        and not (term.tail or "").strip()
        and not any(child.tag in _FLOW for child in (*term, *following))
        and len(inner_text(term)) <= _SHORT_TERM
    )


def _is_further(description: HtmlElement) -> bool:
    """Whether a short description follows another of the same term."""
    before = description.getprevious()
    short = not any(child.tag in _FLOW for child in description)
    return short and before is not None and before.tag == "dd"


def _numbers(items: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield each item of a numbered list with the number that a browser shows before it."""
    entries = items.findall("li")
    reverse = items.get("reversed") is not None
    number = _whole(items.get("start"), len(entries) if reverse else 1)
    style = _NUMERALS.get(items.get("type", ""), "decimal")
    for one in entries:
        number = _whole(one.get("value"), number)
        yield one, f"{numeral(number, style)}. "
        number += -1 if reverse else 1


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return otherwise


def _add_whole(element: HtmlElement, assembly: Assembly, location: Location) -> None:
    """Add an element that is one block: a heading, code or a table of data."""
    if element.tag == "pre":
        assembly.add(inner_text(element, keep_spaces=True), "lines", location)
    elif element.tag == "table":
        for caption in element.iterfind("caption"):
            assembly.add(inner_text(caption), location=location)
        assembly.add(table_rows(fill_merged(_rows(element))), "lines", location)
    else:
        assembly.add_heading(inner_text(element), _HEADINGS.get(element.tag, _PANEL), location)


def _rows(table: HtmlElement) -> list[list[TableCell]]:
    return [
        [
            TableCell(
                inner_text(cell), _whole(cell.get("colspan"), 1), _whole(cell.get("rowspan"), 1)
            )
            for cell in row.iterchildren("td", "th")
        ]
        for row in table.iter("tr")
    ]


def inner_text(element: HtmlElement, *, keep_spaces: bool = False) -> str:
    """Return the text in an element on one line, or as it was typed if `keep_spaces`."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, one in walk:
        breaks = one.tag == "br" or (one.tag in _FLOW and one is not element)
        if event == "start" and one.tag in _SCRIPTS and one is not element:
            parts.append(_SCRIPTS[one.tag](inner_text(one)))
            walk.skip_subtree()
        elif event == "start":
            parts += ["\n" if breaks else "", one.text or ""]
        elif one is not element:
            parts += ["\n" if breaks and one.tag != "br" else "", one.tail or ""]
    text = "".join(parts)
    return text if keep_spaces else " ".join(text.split())
