"""A passage's citation in every format, as a page shows it."""

from __future__ import annotations

from index import CitationFormat, Hit
from service.answers.texts import cite_as

_NAMES: dict[CitationFormat, str] = {
    "plain": "Plain text",
    "markdown": "Markdown",
    "bibtex": "BibTeX",
    "csl-json": "CSL-JSON",
}


def citations(hit: Hit) -> list[tuple[str, str]]:
    """Return the name of each format with the citation in it."""
    return [(name, cite_as(form, hit.passage, hit.source)) for form, name in _NAMES.items()]
