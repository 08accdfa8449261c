"""Citations: where a passage stands, in one module for each format.

`plain` is one line of text, `markdown` the same with a link, `bibtex` and `csl` are entries for
reference managers. `CITATION_FORMATS` names them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from index.citations.bibtex import cite_in_bibtex
from index.citations.csl import CslItem, cite_in_csl
from index.citations.markdown import cite_in_markdown, escape_markdown
from index.citations.plain import cite
from index.types import Passage, Source

CitationFormat = Literal["plain", "markdown", "bibtex", "csl-json"]

CITATION_FORMATS: dict[CitationFormat, Callable[[Passage, Source], str | CslItem]] = {
    "plain": cite,
    "markdown": cite_in_markdown,
    "bibtex": cite_in_bibtex,
    "csl-json": cite_in_csl,
}

__all__ = ["CITATION_FORMATS", "CitationFormat", "CslItem", "cite", "escape_markdown"]
