"""The sources that a request searches: nested in JSON, flat in an address or a command."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from index import AllOf, Filter, Prefix, Range, dated, in_language
from service.schemas.conditions import (
    DAY_RULE,
    LONGEST_VALUE,
    MOST_VALUES,
    Choice,
    Day,
    OneOrMore,
    Several,
    Wanted,
    Where,
)
from service.schemas.requests import RequestModel
from service.schemas.rules import explain

Key = Annotated[str, Field(max_length=LONGEST_VALUE)]
_SIZE = f"at most {MOST_VALUES} of {LONGEST_VALUE} characters"
_CHOICE = (
    'a text, a list of texts (any of them matches), or {"all": [...]} (every one must match); '
    + _SIZE
)
_LIST = f"texts, {_SIZE}; any of them matches"
# The allowed values of each field, in words, for error messages and the description.
FILTER_RULES = {
    "since": DAY_RULE,
    "until": DAY_RULE,
    "publisher": _CHOICE,
    "author": _CHOICE,
    "language": _CHOICE,
    "tags": _CHOICE,
    "path": _CHOICE,
    "document_ids": f"a list of ids of documents, {_SIZE}",
    "metadata": f"an object of metadata keys, {_SIZE}, each with a condition",
    "metadata.*": 'a text, a number, true or false, a list of these, {"all": [...]}, '
    "or an object of one or more of gte, gt, lte and lt, each with a text or a number",
}
FLAT_RULES = {
    "since": DAY_RULE,
    "until": DAY_RULE,
    "publisher": _LIST,
    "author": _LIST,
    "language": _LIST,
    "tag": _LIST,
    "path": _LIST,
    "document_id": _LIST,
    "where": "KEY=VALUE, KEY>=VALUE, KEY>VALUE, KEY<=VALUE or KEY<VALUE; all must match; " + _SIZE,
}
# The fields that an address may repeat.
REPEATABLE = FLAT_RULES.keys() - {"since", "until"}


class _Named(RequestModel):
    """The fields that have the same name in JSON and in addresses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Day | None = None
    until: Day | None = None
    publisher: OneOrMore | None = None
    author: OneOrMore | None = None
    language: OneOrMore | None = None
    path: OneOrMore | None = None

    def _parts(self) -> list[Filter]:
        parts: list[Filter] = []
        if self.since or self.until:
            parts.append(dated(self.since, self.until))
        if self.publisher:
            parts.append(self.publisher.filter("publisher"))
        if self.author:
            parts.append(self.author.filter("authors"))
        if self.language:
            parts.append(self.language.each(in_language))
        if self.path:
            parts.append(self.path.each(lambda start: Prefix("path", start)))
        return parts


class Filters(_Named):
    """The sources that are searched: those that match every field."""

    model_config = ConfigDict(json_schema_extra=explain(FILTER_RULES))

    tags: OneOrMore | None = None
    document_ids: Several | None = None
    metadata: dict[Key, Wanted] = Field({}, max_length=MOST_VALUES)

    def filter(self) -> Filter | None:
        """Return the fields as one filter, None without any."""
        parts = self._parts()
        if self.tags:
            parts.append(self.tags.filter("tags"))
        if self.document_ids:
            parts.append(self.document_ids.filter("document_id"))
        for key, wanted in self.metadata.items():
            parts.append(wanted.filter(key) if isinstance(wanted, Choice) else Range(key, **wanted))
        return _joined(parts)


class FlatFilters(_Named):
    """The same without nesting: a field with several values is repeated."""

    tag: OneOrMore | None = None
    document_id: OneOrMore | None = None
    where: Where = ()

    def filter(self) -> Filter | None:
        """Return the fields as one filter, None without any."""
        parts = self._parts()
        if self.tag:
            parts.append(self.tag.filter("tags"))
        if self.document_id:
            parts.append(self.document_id.filter("document_id"))
        return _joined([*parts, *self.where])


def _joined(parts: list[Filter]) -> Filter | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return AllOf(tuple(parts))
