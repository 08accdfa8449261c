"""Which sources are searched, as requests say it: in JSON, and flat in an address or a command."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from index import AllOf, Filter, Prefix, Range, dated, in_language
from service.schemas.conditions import DAY_RULE, Choice, Day, OneOrMore, Several, Wanted, Where
from service.schemas.rules import explain

_CHOICE = 'a text, a list of texts of which one is to be held, or {"all": [...]} of which every one'
_LIST = "texts, of which one is to be held"
# What each field may hold, in the words of an error message.
FILTER_RULES = {
    "since": DAY_RULE,
    "until": DAY_RULE,
    "publisher": _CHOICE,
    "author": _CHOICE,
    "language": _CHOICE,
    "tags": _CHOICE,
    "path": _CHOICE,
    "document_ids": "a list of ids of documents",
    "metadata": "an object of keys, each with what it is to hold",
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
    "where": "KEY=VALUE, KEY>=VALUE, KEY>VALUE, KEY<=VALUE or KEY<VALUE, each of which is to hold",
}
# Fields that an address may hold more than once.
REPEATABLE = FLAT_RULES.keys() - {"since", "until"}


class _Named(BaseModel):
    """The fields that JSON and addresses name alike."""

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
    """Which sources are searched, as an object of JSON: those that pass every field."""

    model_config = ConfigDict(json_schema_extra=explain(FILTER_RULES))

    tags: OneOrMore | None = None
    document_ids: Several | None = None
    metadata: dict[str, Wanted] = {}

    def filter(self) -> Filter | None:
        """Return these as one filter, None if nothing is asked for."""
        parts = self._parts()
        if self.tags:
            parts.append(self.tags.filter("tags"))
        if self.document_ids:
            parts.append(self.document_ids.filter("document_id"))
        for key, wanted in self.metadata.items():
            parts.append(wanted.filter(key) if isinstance(wanted, Choice) else Range(key, **wanted))
        return _joined(parts)


class FlatFilters(_Named):
    """The same without objects: fields are repeated where there are several values."""

    tag: OneOrMore | None = None
    document_id: OneOrMore | None = None
    where: Where = ()

    def filter(self) -> Filter | None:
        """Return these as one filter, None if nothing is asked for."""
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
