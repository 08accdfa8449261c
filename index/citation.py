"""One line that a person can paste to say where a passage stands."""

from __future__ import annotations

from index.types import Location, Passage, Source


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
        *_place(passage.location),
        f"line {first}" if first == last else f"lines {first}-{last}",
        f"characters {passage.start}-{passage.end}",
        meta.url or source.path,
    ]
    return " ".join(", ".join(str(part) for part in parts if part).split())


def _place(location: Location) -> list[str]:
    named = [
        ("p.", location.page),
        ("slide", location.slide),
        ("sheet", location.sheet),
        ("row", location.row),
        ("part", location.part),
    ]
    return [f"{name} {value}" for name, value in named if value is not None]
