"""A question in JSON, in an address and on the command line."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from index import CitationFormat, Filter, Query
from service.schemas.conditions import DAY_RULE, Day
from service.schemas.filters import FILTER_RULES, FLAT_RULES, Filters, FlatFilters
from service.schemas.requests import RequestModel
from service.schemas.rules import explain

LONGEST_QUESTION = 2000
MOST_PASSAGES = 50
MOST_QUESTIONS = 32

_QUESTION = f"a question of 1 to {LONGEST_QUESTION} characters without control characters"
_TOP_K = f"a whole number from 1 to {MOST_PASSAGES}, the number of passages"
_OPTIONS = {
    "asked_on": f"{DAY_RULE}, the day of the question if it is not today",
    "prefer": "recent (passages with nearly equal scores are sorted newest first), or nothing",
    "citation_format": "plain, markdown, bibtex or csl-json, or nothing",
    "format": "json, search_result (content for Claude), or nothing",
}
# The allowed values of each field of a question, in words, for error messages and the description.
ASK_RULES = {
    "question": _QUESTION,
    "top_k": _TOP_K,
    "filters": f"an object of conditions on the sources: {', '.join(Filters.model_fields)}",
    **_OPTIONS,
    **{f"filters.{name}": rule for name, rule in FILTER_RULES.items()},
}
# The same for a question in an address.
ARGUMENT_RULES = {"q": _QUESTION, "top_k": _TOP_K, **FLAT_RULES, **_OPTIONS}
# The same for a question on the command line.
OPTION_RULES = {"question": _QUESTION, "top_k": _TOP_K, **FLAT_RULES, **_OPTIONS}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _without_controls(text: str) -> str:
    if found := _CONTROL.search(text):
        place = f"{found[0]!r} at character {found.start() + 1}"
        raise PydanticCustomError("control_character", "{found}", {"found": place})
    return text


QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION),
    AfterValidator(_without_controls),
]
ReplyFormat = Literal["json", "search_result"]
TopK = Annotated[int, Field(ge=1, le=MOST_PASSAGES)]


class _Question(RequestModel):
    """The fields that a question has in JSON, in an address and on the command line."""

    question: QuestionText = Field(validation_alias=AliasChoices("question", "q"))
    top_k: TopK = 5
    asked_on: Day | None = None
    prefer: Literal["recent"] | None = None
    citation_format: CitationFormat | None = None
    format: ReplyFormat = "json"

    def _query(self, chosen: Filter | None) -> Query:
        return Query(
            text=self.question,
            top_k=self.top_k,
            asked_on=self.asked_on,
            filter=chosen,
            prefer_recent=self.prefer == "recent",
        )


class Ask(_Question):
    """A question in JSON; `q` is another name of `question`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=explain(ASK_RULES))

    filters: Filters = Filters()

    def query(self) -> Query:
        """Return the question for the index."""
        return self._query(self.filters.filter())


class AskArguments(_Question, FlatFilters):
    """A question in an address or on the command line; `question` is another name of `q`."""

    model_config = ConfigDict(json_schema_extra=explain(ARGUMENT_RULES))

    question: QuestionText = Field(validation_alias=AliasChoices("q", "question"))

    def query(self) -> Query:
        """Return the question for the index."""
        return self._query(self.filter())
