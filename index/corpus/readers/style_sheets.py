"""Finds what the style sheets in a web page hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HIDES = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_SHOWS = re.compile(r"(?:^|[;\s])(?:display|visibility)\s*:", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
# an element by its name, class and id alone, whatever it stands in
_SELECTOR = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)+)")
_MOST = 1_000_000  # characters of style sheets that are looked at


@dataclass(frozen=True, slots=True)
class _Rule:
    selectors: tuple[str, ...]
    body: str
    always: bool  # not for print or some screens alone


def hidden_by_style_sheets(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements below `root` that a style sheet of their page hides for good.

    Where the page has a script, or another rule that says how an element is displayed, it may be
    a panel that opens, so it is not yielded.
    """
    tree = root.getroottree().getroot()
    if any(one.get("type", "") in ("", "text/javascript", "module") for one in tree.iter("script")):
        return
    sheets = [one.text or "" for one in tree.iter("style") if "print" not in one.get("media", "")]
    rules = list(_rules("\n".join(sheets)[:_MOST]))
    shown = {
        name
        for rule in rules
        if _SHOWS.search(rule.body) and not _HIDES.search(rule.body)
        for selector in rule.selectors
        for name in _NAME.findall(selector)
    }
    hiding: dict[str, list[tuple[str, set[str]]]] = {}  # by one of the names of a selector
    for rule in rules:
        for selector in rule.selectors if rule.always and _HIDES.search(rule.body) else ():
            found = _SELECTOR.fullmatch(selector)
            names = set(_NAME.findall(found[2])) if found else shown
            if found and shown.isdisjoint(names):
                hiding.setdefault(min(names), []).append((found[1] or "", names))
    for element in root.iter("*") if hiding else ():
        names = {f".{name}" for name in element.get("class", "").split()}
        names.add(f"#{element.get('id')}")
        wanted = (one for name in names for one in hiding.get(name, ()))
        if any(tag in ("", element.tag) and needed <= names for tag, needed in wanted):
            yield element


def _rules(sheet: str) -> Iterator[_Rule]:
    """Yield the rules of a style sheet, also those within others, as for print."""
    before, *others = sheet.split("/*")
    text = before + "".join(one.partition("*/")[2] for one in others)
    depth, start, heads = 0, 0, [""]
    for at, char in enumerate(text):
        if char == ";" and depth == 0:
            start = at + 1  # after an @import
        elif char == "{":
            heads.append(text[start:at].strip())
            depth += 1
            start = at + 1
        elif char == "}" and depth:
            head = heads.pop()
            depth -= 1
            if not head.startswith("@"):
                selectors = tuple(one.strip() for one in head.split(","))
                yield _Rule(selectors, text[start:at], always=not any(heads))
            start = at + 1
