"""Chooses among the alternatives of a message, which should say the same and often do not."""

from __future__ import annotations

import re
from email.message import Message

from index.corpus.readers.html import body_of, decode_page, parse_html
from index.corpus.readers.markup import inner_text
from index.corpus.readers.shown import drop_unshown
from index.errors import DocumentError

_WORD = re.compile(r"\w+")
_STUB, _STUB_WORDS = 3, 20  # a page with more words than so many times the plain text's
_ASKING_WORDS = 40  # of a plain text that asks for a program that shows HTML
_FEWEST = 4  # different words of a page that make it worth reading besides a plain text
_MISSED = 1 / 3  # of the words of a page: what a plain text that says the same may lack
_COVERED = 0.8  # of the words of a plain text that a page repeats


def best_alternatives(parts: list[Message]) -> list[Message]:
    """Return the plain text of alternatives, and calendars.

    The page takes its place if the plain text is a stub or a part of the page. If both say what
    the other does not, both are returned.
    """
    calendars = [one for one in parts if one.get_content_type() == "text/calendar"]
    others = [one for one in parts if one not in calendars]
    plain = next((one for one in others if one.get_content_type() == "text/plain"), None)
    rich = next((one for one in others if one is not plain), None)
    if plain is None or rich is None:
        return [*others, *calendars]
    said = _WORD.findall(content_of(plain).decode("latin-1").lower())
    shown = _words_of(rich)
    asks_for_page = len(said) <= _ASKING_WORDS and "html" in said and "html" not in shown
    if not said or asks_for_page or len(shown) > _STUB * len(said) + _STUB_WORDS:
        return [rich, *calendars]
    missed = set(shown) - set(said)
    if len(missed) < _FEWEST or len(missed) <= _MISSED * len(set(shown)):
        return [plain, *calendars]
    is_part = len(set(said) & set(shown)) >= _COVERED * len(set(said))
    return [*([] if is_part else [plain]), rich, *calendars]


def content_of(part: Message) -> bytes:
    """Return what a part holds, without its transfer encoding."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _words_of(part: Message) -> list[str]:
    """Return the words that the page in a part, or in a part below it, shows."""
    page = next((one for one in part.walk() if one.get_content_type() == "text/html"), None)
    if page is None:
        return []
    try:
        tree = parse_html(decode_page(content_of(page), "html").text, "html")
    except DocumentError:  # reported where the part is added
        return []
    if tree is None:
        return []
    drop_unshown(body_of(tree))
    return _WORD.findall(inner_text(body_of(tree)).lower())
