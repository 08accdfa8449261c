"""A citation in Markdown: the plain citation, with the title linked to the source's URL."""

from __future__ import annotations

import re
from urllib.parse import quote

from index.citations.plain import one_line, place_in
from index.types import Passage, Source, Span

# Characters that CommonMark 0.31 or the dialects of code forges may read as markup.
_MARKS = re.compile(r"[\\`*_\[\]<>&~|#$]")
_LIST_ITEM = re.compile(r"([-+=]|\d{1,9}(?=[.)]))")
_KEPT = ":/?#[]@!$&'*+,;=%-._~"  # the characters that RFC 3986 reserves, except Markdown's brackets


def cite_in_markdown(passage: Passage, source: Source) -> str:
    """Return authors, linked title, publisher, date, page, lines and characters, as one line."""
    meta = source.metadata
    title = _escape(f"“{meta.title}”")
    if meta.url and meta.url.startswith(("https://", "http://")):
        # Markdown resolves HTML entities inside a URL too
        title = f"[{title}]({quote(one_line(meta.url), safe=_KEPT).replace('&', '&amp;')})"
    parts = [
        _escape(", ".join(meta.authors)),
        title,
        _escape(meta.publisher or ""),
        meta.written_date(),
        _escape(", ".join(place_in(passage, source))),
    ]
    return _as_paragraph(", ".join(part for part in parts if part))


def escape_markdown(text: str, bold: Span | None = None) -> str:
    """Return a text as one line, escaped so that Markdown shows it unchanged, a span in bold."""
    if bold is None:
        return _as_paragraph(_escape(text))
    before, inside, after = text[: bold.start], text[bold.start : bold.end], text[bold.end :]
    if not (inside and _parts(before[-1:], inside[0]) and _parts(after[:1], inside[-1])):
        return escape_markdown(text)
    left = " " if before[-1:].isspace() and before.strip() else ""
    right = " " if after[:1].isspace() and after.strip() else ""
    return _as_paragraph(f"{_escape(before)}{left}**{_escape(inside)}**{right}{_escape(after)}")


def _parts(outer: str, inner: str) -> bool:
    """Return whether CommonMark reads asterisks between two characters as those of bold text."""
    return not inner.isspace() and (inner.isalnum() or not outer.isalnum())


def _escape(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", one_line(text))


def _as_paragraph(line: str) -> str:
    return _LIST_ITEM.sub(_unlisted, line, count=1) if _LIST_ITEM.match(line) else line


def _unlisted(start: re.Match[str]) -> str:
    """Escape a list marker at the start of a line: the `-`, or the dot after a number."""
    return f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}"
