"""The keys of a document's own, for which Pincite has no field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Extra = tuple[tuple[str, tuple[str, ...]], ...]

# What they may hold in all, aliases written out: these make small files hold much.
_MOST_PARTS, _MOST_CHARACTERS, _DEEPEST = 1000, 100_000, 8


def flatten(keys: Mapping[str, object]) -> Extra:
    """Return each key with the texts below it; the keys of nested mappings are joined by dots.

    Raises:
        ValueError: they hold too much, nest too deep, or hold what no file can.
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
    """Yield every part with its key; what holds no text itself, with an empty one."""
    if depth > _DEEPEST:
        raise ValueError(f"the key {key} nests more than {_DEEPEST} deep")
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
