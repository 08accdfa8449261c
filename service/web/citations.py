"""The citation of a passage in every format, for a page."""

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
    """Return (name of the format, citation) for every format."""
    return [(name, cite_as(form, hit.passage, hit.source)) for form, name in _NAMES.items()]
