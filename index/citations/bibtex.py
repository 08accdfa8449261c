"""A citation as an entry of BibTeX, one for each passage.

Patashnik, BibTeXing (1988). Letters stay UTF-8, which biber, and BibTeX with inputenc, read.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from index.citations.plain import one_line, place_in
from index.types import Passage, Source

# BibTeX counts escaped braces too, so braces are written by name.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
    | {mark: f"\\{mark}" for mark in "&%$#_"}
)
_KEPT = ":/?#[]@!$&'()*+,;=%-._~"  # the characters that RFC 3986 reserves
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_AMBIGUOUS = re.compile(r"\band\b|,.*,.*,", re.IGNORECASE)


def cite_in_bibtex(passage: Passage, source: Source) -> str:
    """Return an entry `@misc` whose note says where the passage stands."""
    meta = source.metadata
    fields = {
        "author": _braced(" and ".join(_name(name) for name in meta.authors)),
        "title": _braced(_braced(_escape(meta.title))),  # twice, so that capitals are kept
        "howpublished": _braced(_escape(meta.publisher or "")),
    }
    if meta.date:
        fields["year"] = _braced(f"{meta.date.year:04}")
        if meta.precision != "year":
            fields["month"] = _MONTHS[meta.date.month - 1]
        if meta.precision == "day":
            fields["day"] = _braced(str(meta.date.day))
    if meta.url:
        fields["url"] = _braced(quote(one_line(meta.url), safe=_KEPT))
    if meta.language:
        fields["language"] = _braced(_escape(meta.language))
    fields["note"] = _braced(_escape(", ".join(place_in(passage, source))))
    lines = [f"  {name} = {value}" for name, value in fields.items() if value.strip("{}")]
    key = f"pincite-{source.id}-{passage.start}-{passage.end}"
    return "@misc{" + ",\n".join([key, *lines]) + "\n}"


def _escape(text: str) -> str:
    return one_line(text).translate(_ESCAPES)


def _braced(text: str) -> str:
    return f"{{{text}}}"


def _name(name: str) -> str:
    """Return an author, in braces if BibTeX would split the name or reorder its parts."""
    return _braced(_escape(name)) if _AMBIGUOUS.search(name) else _escape(name)
