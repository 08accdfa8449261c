"""The phrases of the pages, and what of a page was left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.answers.certainty import MEANINGS
from service.web.phrases import CATALOGS
from service.web.widget import widget_phrases
from tests.conftest import ROOT
from tests.service.web.dom import Node

Phrase = str | tuple[str, ...]  # or its forms for one and for several
TEMPLATES = ROOT / "service" / "web" / "templates"
_NUMBER = re.compile(r"\d[\d.,]*")
_SEEN = ("aria-label", "alt", "placeholder", "title", "data-begins", "data-ends")


def catalog(language: str) -> dict[Phrase, Phrase]:
    """Return the phrases of a catalog, with their forms in its language."""
    with (CATALOGS / f"{language}.po").open("rb") as file:
        entries = [one for one in read_po(file, locale=language) if one.id]
    return {_forms(one.id): _forms(one.string) for one in entries}


def _forms(found: str | Sequence[str] | None) -> Phrase:
    return found if isinstance(found, str) else tuple(found or ())


def marked() -> set[Phrase]:
    """Return the phrases that templates and the widget mark for translation."""
    found = extract_from_dir(
        TEMPLATES,
        [("**.html", "jinja2.ext:babel_extract")],
        {"**.html": {}},
        keywords={"_": None, "ngettext": (1, 2)},
    )
    templates = {message for _, _, message, _, _ in found}
    return templates | {*MEANINGS, *MEANINGS.values(), *widget_phrases()}


def left_in_english(page: Node, language: str) -> set[str]:
    """Return the texts of a page that are phrases of the catalog without their translation."""
    english = {
        form
        for phrase, found in catalog(language).items()
        for form in ([phrase] if isinstance(phrase, str) else phrase)
        if form not in ([found] if isinstance(found, str) else found)
    }
    texts = {" ".join(text.split()).strip(" .:,") for text in _texts(page)}
    return {one for one in texts if {one, f"{one}.", _NUMBER.sub("%(count)s", one)} & english}


def _texts(node: Node) -> Iterator[str]:
    """Yield what a reader sees or hears of a page; what states its language is quoted."""
    for name in _SEEN:
        yield node.attributes.get(name, "")
    for child in node.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in {"code", "pre", "script"} and "lang" not in child.attributes:
            yield from _texts(child)
