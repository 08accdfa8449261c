"""The shapes of questions: as JSON, and in an address."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from index import Query

LONGEST_QUESTION = 2000
MOST_PASSAGES = 50

_QUESTION = f"a question of 1 to {LONGEST_QUESTION} characters, none of them a control character"
_TOP_K = f"a whole number from 1 to {MOST_PASSAGES}"
_DAY = "a day as YYYY-MM-DD"
_PREFER = "recent, or nothing"
# What each field of a question may hold, in the words of an error message.
ASK_RULES = {
    "question": _QUESTION,
    "top_k": _TOP_K,
    "filters": "an object that may hold since and until",
    "filters.since": _DAY,
    "filters.until": _DAY,
    "asked_on": _DAY,
    "prefer": _PREFER,
}
# The same for a question in an address.
ARGUMENT_RULES = {
    "q": _QUESTION,
    "top_k": _TOP_K,
    "since": _DAY,
    "until": _DAY,
    "asked_on": _DAY,
    "prefer": _PREFER,
}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _without_controls(text: str) -> str:
    if found := _CONTROL.search(text):
        place = f"{found[0]!r} at character {found.start() + 1}"
        raise PydanticCustomError("control_character", "{found}", {"found": place})
    return text


def _day(value: object) -> dt.date:
    # numbers would pass for timestamps, and other ISO forms for days
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError(f"expected {_DAY}")
    return dt.date.fromisoformat(value)


QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION),
    AfterValidator(_without_controls),
]
TopK = Annotated[int, Field(ge=1, le=MOST_PASSAGES)]
Day = Annotated[dt.date, PlainValidator(_day)]


class Filters(BaseModel):
    """Which sources are searched: those dated from `since` to `until`, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Day | None = None
    until: Day | None = None


class Ask(BaseModel):
    """A question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: QuestionText
    top_k: TopK = 5
    filters: Filters = Filters()
    asked_on: Day | None = None
    prefer: Literal["recent"] | None = None

    def query(self) -> Query:
        """Return the question as the index takes it."""
        return Query(
            text=self.question,
            top_k=self.top_k,
            asked_on=self.asked_on,
            since=self.filters.since,
            until=self.filters.until,
            prefer_recent=self.prefer == "recent",
        )


class AskArguments(BaseModel):
    """A question as it stands in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: QuestionText
    top_k: TopK = 5
    since: Day | None = None
    until: Day | None = None
    asked_on: Day | None = None
    prefer: Literal["recent"] | None = None

    def query(self) -> Query:
        """Return the question as the index takes it."""
        return Query(
            text=self.q,
            top_k=self.top_k,
            asked_on=self.asked_on,
            since=self.since,
            until=self.until,
            prefer_recent=self.prefer == "recent",
        )
