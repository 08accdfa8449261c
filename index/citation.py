"""One line that a person can paste to say where a passage stands."""

from __future__ import annotations

from index.types import Passage, Source


def cite(passage: Passage, source: Source) -> str:
    """Return authors, title, publisher, date, page, lines, characters and place, as one line."""
    meta = source.metadata
    first, last = passage.lines
    parts = [
        ", ".join(meta.authors),
        f"“{meta.title}”",
        meta.publisher,
        meta.date and meta.date.isoformat(),
        f"after {meta.source}" if meta.source else None,
        f"p. {passage.page}" if passage.page is not None else None,
        f"line {first}" if first == last else f"lines {first}-{last}",
        f"characters {passage.start}-{passage.end}",
        meta.url or source.path,
    ]
    return " ".join(", ".join(str(part) for part in parts if part).split())
