"""The shapes of questions: as JSON, and in an address."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from index import CitationFormat, Query
from service.schemas.conditions import DAY_RULE, Day
from service.schemas.filters import FILTER_RULES, FLAT_RULES, Filters, FlatFilters
from service.schemas.rules import explain

LONGEST_QUESTION = 2000
MOST_PASSAGES = 50
MOST_QUESTIONS = 32

_QUESTION = f"a question of 1 to {LONGEST_QUESTION} characters, none of them a control character"
_TOP_K = f"a whole number from 1 to {MOST_PASSAGES}"
_PREFER = "recent, or nothing"
_REPLY = "json or search_result, or nothing"
_FORMAT = "plain, markdown, bibtex or csl-json, or nothing"
# What each field of a question may hold, in the words of an error message.
ASK_RULES = {
    "question": _QUESTION,
    "top_k": _TOP_K,
    "filters": f"an object that may hold {', '.join(Filters.model_fields)}",
    "asked_on": DAY_RULE,
    "prefer": _PREFER,
    "citation_format": _FORMAT,
    "format": _REPLY,
    **{f"filters.{name}": rule for name, rule in FILTER_RULES.items()},
}
# The same for a question in an address.
ARGUMENT_RULES = {
    "q": _QUESTION,
    "top_k": _TOP_K,
    **FLAT_RULES,
    "asked_on": DAY_RULE,
    "prefer": _PREFER,
    "citation_format": _FORMAT,
    "format": _REPLY,
}

# And on a command line.
OPTION_RULES = {"question": _QUESTION} | {
    name: rule for name, rule in ARGUMENT_RULES.items() if name != "q"
}

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


class Ask(BaseModel):
    """A question."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=explain(ASK_RULES))

    question: QuestionText
    top_k: TopK = 5
    filters: Filters = Filters()
    asked_on: Day | None = None
    prefer: Literal["recent"] | None = None
    citation_format: CitationFormat | None = None
    format: ReplyFormat = "json"

    def query(self) -> Query:
        """Return the question as the index takes it."""
        return Query(
            text=self.question,
            top_k=self.top_k,
            asked_on=self.asked_on,
            filter=self.filters.filter(),
            prefer_recent=self.prefer == "recent",
        )


class AskArguments(FlatFilters):
    """A question as it stands in an address; on a command line, by the names of its fields."""

    model_config = ConfigDict(json_schema_extra=explain(ARGUMENT_RULES))

    question: QuestionText = Field(alias="q")
    top_k: TopK = 5
    asked_on: Day | None = None
    prefer: Literal["recent"] | None = None
    citation_format: CitationFormat | None = None
    format: ReplyFormat = "json"

    def query(self) -> Query:
        """Return the question as the index takes it."""
        return Query(
            text=self.question,
            top_k=self.top_k,
            asked_on=self.asked_on,
            filter=self.filter(),
            prefer_recent=self.prefer == "recent",
        )
