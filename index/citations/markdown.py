"""A citation in Markdown: as the plain one, the title linked to the source's address."""

from __future__ import annotations

import re
from urllib.parse import quote

from index.citations.plain import one_line, place_in
from index.types import Passage, Source

# What CommonMark 0.31 and the dialects of code forges may take for a mark.
_MARKS = re.compile(r"[\\`*_\[\]<>&~|#$]")
_LIST_ITEM = re.compile(r"([-+=]|\d+(?=[.)]))")
_KEPT = ":/?#[]@!$&'*+,;=%-._~"  # all that RFC 3986 reserves, but brackets that Markdown counts


def cite_in_markdown(passage: Passage, source: Source) -> str:
    """Return authors, linked title, publisher, date, page, lines and characters, as one line."""
    meta = source.metadata
    title = _escape(f"“{meta.title}”")
    if meta.url and meta.url.startswith(("https://", "http://")):
        # an entity would be read in an address too
        title = f"[{title}]({quote(one_line(meta.url), safe=_KEPT).replace('&', '&amp;')})"
    parts = [
        _escape(", ".join(meta.authors)),
        title,
        _escape(meta.publisher or ""),
        meta.written_date(),
        _escape(", ".join(place_in(passage, source))),
    ]
    return _as_paragraph(", ".join(part for part in parts if part))


def escape_markdown(text: str) -> str:
    """Return a text as one line that Markdown shows as it stands."""
    return _as_paragraph(_escape(text))


def _escape(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", one_line(text))


def _as_paragraph(line: str) -> str:
    return _LIST_ITEM.sub(_unlisted, line, count=1) if _LIST_ITEM.match(line) else line


def _unlisted(start: re.Match[str]) -> str:
    """Escape the mark of a list at the start of a line: `-` itself, or the dot after a number."""
    return f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}"
