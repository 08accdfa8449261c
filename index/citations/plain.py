"""A citation as one line of plain text, to be pasted anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from index.types import Metadata, Origin, Passage, Source

_GUESSED: tuple[Origin, ...] = ("first lines", "file name")


def cite(passage: Passage, source: Source) -> str:
    """Return authors, title, publisher, date, place in the file and URL or path, as one line."""
    meta = source.metadata
    parts = [
        ", ".join(meta.authors),
        f"“{meta.title}”",
        meta.publisher,
        meta.written_date(),
        *place_in(passage, source),
    ]
    if meta.url:
        parts.append(meta.url)
    return one_line(", ".join(part for part in parts if part))


def place_in(passage: Passage, source: Source) -> list[str]:
    """Return the original source, the place of the passage, and the path if there is no URL.

    Before them stands where title and date come from, unless the file states them in its own fields
    or the user states them.
    """
    meta, location = source.metadata, passage.location
    first, last = passage.lines
    label = location.part if location.page else None  # that of a page, as "xii"
    named = [
        ("after", meta.source),
        ("p.", location.page if label is None else f"{location.page} ({label})"),
        ("slide", location.slide),
        ("sheet", location.sheet),
        ("row", location.row),
        ("part", location.part if label is None else None),
        ("line", first) if first == last else ("lines", f"{first}-{last}"),
        ("characters", f"{passage.start}-{passage.end}"),
    ]
    places = [f"{name} {value}" for name, value in named if value is not None]
    return [*_guessed(meta), *places] if meta.url else [*_guessed(meta), *places, source.path]


def _guessed(meta: Metadata) -> Iterator[str]:
    """Yield where title and date come from that no field states: "date from its first lines"."""
    origins = dict(meta.origins)
    for origin in _GUESSED:
        keys = [key for key in ("title", "date") if origins.get(key) == origin]
        if keys:
            yield f"{' and '.join(keys)} from its {origin}"


def one_line(text: str) -> str:
    """Return a text with each run of white space replaced by one space."""
    return " ".join(text.split())
