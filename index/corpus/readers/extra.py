"""Flattens the metadata keys that Pincite has no field for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Extra = tuple[tuple[str, tuple[str, ...]], ...]

# Limits of all keys together, YAML aliases expanded: aliases make a small file hold a lot.
_MOST_PARTS, _MOST_CHARACTERS, _DEEPEST = 1000, 100_000, 8


def flatten(keys: Mapping[str, object]) -> Extra:
    """Return each key with its texts; the keys of nested mappings are joined by dots.

    Raises:
        ValueError: they hold too much, are nested too deep, or hold a lone surrogate.
    """
    groups: dict[str, list[str]] = {}
    characters = 0
    for parts, (key, text) in enumerate(_walk(keys, "", 0), start=1):
        characters += len(key) + len(text)
        if parts > _MOST_PARTS or characters > _MOST_CHARACTERS:
            raise ValueError(
                f"the keys hold more than {_MOST_PARTS:,} values or {_MOST_CHARACTERS:,} characters"
            )
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise ValueError(f"the key {key} holds half a character (a lone surrogate)")
        if text:
            groups.setdefault(key, []).append(text)
    return tuple((key, tuple(texts)) for key, texts in groups.items())


def _walk(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the text of every part with its key; a mapping or list has an empty text."""
    if depth > _DEEPEST:
        raise ValueError(f"the key {key} is nested more than {_DEEPEST} deep")
    if isinstance(value, Mapping):
        yield key, ""
        for name, below in value.items():
            yield from _walk(below, f"{key}.{name}" if key else str(name), depth + 1)
    elif isinstance(value, list | tuple):
        yield key, ""
        for one in value:
            yield from _walk(one, key, depth + 1)
    elif isinstance(value, bool):
        yield key, str(value).lower()
    else:
        yield key, "" if value is None else str(value).strip()
