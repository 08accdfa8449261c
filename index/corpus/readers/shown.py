"""Leaves of a web page, or of a book's chapter, what a browser shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.corpus.readers.style_sheets import hidden_by_style_sheets

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSHOWN = """
    .//script | .//style | .//template | .//noscript | .//iframe | .//object | .//svg | .//canvas
    | .//audio | .//video | .//head | .//select | .//textarea | .//datalist
    | .//annotation | .//annotation-xml
"""
# KaTeX and MathJax draw again, for the eye alone, what MathML beside it says
_DRAWN_FORMULAS = """
    .//*[@aria-hidden = 'true'][preceding-sibling::*[1][descendant-or-self::math]]
    | .//*[@aria-hidden = 'true'][following-sibling::*[1][descendant-or-self::math]]
"""
_HIDDEN = """.//*[
    @hidden[. != 'until-found']
    or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')
    or contains(translate(@style, 'VISBLTYHDEN ', 'visbltyhden'), 'visibility:hidden')
]"""
_OPENED = ".//@aria-controls | .//@data-target | .//@data-bs-target"  # ids of collapsed panels
_SWITCHES = ("@aria-expanded", "@aria-controls", "@data-target", "@data-bs-target")
_SWITCH = "descendant-or-self::*[self::button or self::summary or @aria-expanded or @onclick]"
_TABS = ".//*[@role = 'tab'][@aria-controls or @href or @data-bs-target]"
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_WORDY = 4  # words of a button whose text is more than the name of an action

_CALLS_OF_NOTES = ".//a[@*[name() = 'epub:type'] = 'noteref' or @role = 'doc-noteref']"


def drop(elements: Iterable[HtmlElement]) -> None:
    """Remove elements from their tree; the text after them stays."""
    dropped: set[HtmlElement] = set()
    for element in elements:
        if element.getparent() is not None and dropped.isdisjoint(element.iterancestors()):
            element.drop_tree()
            dropped.add(element)


def drop_unshown(root: HtmlElement) -> int:
    """Remove the elements that a browser does not show, or shows as controls.

    Collapsed panels stay, and so do buttons that open them; a tab becomes the heading of its
    panel. Returns how many of the removed elements are hidden and hold text.
    """
    hidden = set(hidden_by_style_sheets(root))
    drop(root.xpath(_UNSHOWN))
    drop(root.xpath(_DRAWN_FORMULAS))
    _move_tabs(root)
    drop(button for button in root.iter("button") if not _opens_panel(button))
    opened = {name.lstrip("#") for names in root.xpath(_OPENED) for name in names.split()}
    hidden.update(root.xpath(_HIDDEN))
    hidden = {one for one in hidden if one.get("id") not in opened and not _is_panel(one)}
    outer = [one for one in hidden if hidden.isdisjoint(one.iterancestors())]
    drop(outer)
    _bracket_readings(root)
    _bracket_calls_of_notes(root)
    _write_formulas(root)
    return sum(bool(one.text_content().strip()) for one in outer)


def _opens_panel(button: HtmlElement) -> bool:
    """Whether a button is the heading of a panel, as in lists of questions, and no control."""
    text = button.text_content().strip()
    return (
        any(button.xpath(one) for one in _SWITCHES)
        or text.endswith("?")
        or len(text.split()) >= _WORDY
        or next(button.iterancestors(*_HEADINGS), None) is not None
    )


def _is_panel(hidden: HtmlElement) -> bool:
    """Whether a hidden element follows what opens it: a button, or the question that it answers."""
    before = hidden.getprevious()
    if before is None:
        return False
    asks = before.tag in (*_HEADINGS, "dt") and before.text_content().strip().endswith("?")
    return asks or bool(before.xpath(_SWITCH))


def _move_tabs(root: HtmlElement) -> None:
    """Put each tab at the beginning of the panel that it shows, where it is the heading."""
    tabs = root.xpath(_TABS)
    panels = {one.get("id"): one for one in root.xpath(".//*[@id]")} if tabs else {}
    for tab in tabs:
        name = tab.get("aria-controls") or tab.get("data-bs-target") or tab.get("href", "")
        panel = panels.get(name.lstrip("#"))
        if panel is None or panel is tab or panel in tab.iterancestors():
            continue
        heading = tab.makeelement("button", {"aria-controls": panel.get("id")})
        heading.text, heading.tail, panel.text = tab.text_content(), panel.text, None
        drop([tab])
        panel.insert(0, heading)


def _bracket_readings(root: HtmlElement) -> None:
    """Put the reading of a word, as of Japanese, in brackets where the page does not."""
    for reading in root.xpath(".//rt[not(preceding-sibling::*[1][self::rp])]"):
        text, tail = reading.text_content().strip(), reading.tail
        reading.clear()
        reading.text, reading.tail = f"({text})" if text else None, tail


def _bracket_calls_of_notes(root: HtmlElement) -> None:
    """Part the mark of a note from the word or number before it, unless it is raised."""
    for call in root.xpath(_CALLS_OF_NOTES):
        mark = call.text_content().strip()
        if mark.isalnum() and not call.xpath("ancestor::sup | .//sup"):
            call.text = f"[{mark}]"
            drop(list(call))


def _write_formulas(root: HtmlElement) -> None:
    """Write formulas in MathML on a line: what is raised as such, and fractions with a slash."""
    for element in root.xpath(".//msup | .//msub | .//msubsup | .//mfrac | .//msqrt"):
        parts = list(element)
        if element.tag == "msqrt":
            element.text = "√"
        elif element.tag == "mfrac":
            for part in parts:
                if len(part) > 1:
                    part.text, part[-1].tail = "(", ")"
            for part in parts[:1]:
                part.tail = "/"
        else:
            tags = {"msup": ("sup",), "msub": ("sub",)}.get(element.tag, ("sub", "sup"))
            for part, tag in zip(parts[1:], tags, strict=False):
                part.tag = tag
