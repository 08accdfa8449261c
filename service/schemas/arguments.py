"""Query parameters and form fields of the routes that take no question."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.schemas.questions import LONGEST_QUESTION, QuestionText
from service.schemas.rules import explain

_LARGEST_PAGE = 1000
_FURTHEST = 2**31


# The allowed values of each field, in words, for error messages and the description.
LIST_RULES = {
    "limit": f"a whole number from 1 to {_LARGEST_PAGE}",
    "offset": f"a whole number from 0 to {_FURTHEST}",
    "q": "words of the title, path, publisher, authors or tags",
}
PLACE_RULES = {
    "start": "a whole number from 0 to the length of the text",
    "end": "a whole number from start to the length of the text",
    "q": "a question",
    "offset": f"a whole number from 0 to {_FURTHEST}",
}
FEEDBACK_RULES = {
    "q": "the question that was asked",
    "document_id": "the id of a document",
    "start": "the offset at which a passage of the document begins",
    "end": "the offset at which the passage ends",
    "helpful": "yes or no",
    "back": "an address of this service to go back to",
}


def _digits(value: object) -> object:
    # pydantic would accept 1.0 and the digits of other scripts
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,20}", value):
        raise ValueError("expected digits")
    return value


_Number = Annotated[int, BeforeValidator(_digits)]


class ListArguments(BaseModel):
    """A page of the list of documents."""

    model_config = ConfigDict(frozen=True, json_schema_extra=explain(LIST_RULES))

    limit: Annotated[_Number, Field(ge=1, le=_LARGEST_PAGE)] = 100
    offset: Annotated[_Number, Field(ge=0, le=_FURTHEST)] = 0
    q: Annotated[str, Field(max_length=LONGEST_QUESTION)] = ""


class PlaceArguments(BaseModel):
    """The place of a passage in a document, and the question that led there.

    The page lists passages from number `offset` on; without it, those around the place.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra=explain(PLACE_RULES))

    start: Annotated[_Number, Field(ge=0, le=_FURTHEST)] = 0
    end: Annotated[_Number, Field(ge=0, le=_FURTHEST)] | None = None
    q: str = ""
    offset: Annotated[_Number, Field(ge=0, le=_FURTHEST)] | None = None


class SignIn(BaseModel):
    """A key, and the address to go to after signing in."""

    model_config = ConfigDict(frozen=True)

    key: str
    next: str = "/"


class FeedbackForm(BaseModel):
    """Whether a passage helped with a question."""

    model_config = ConfigDict(frozen=True, json_schema_extra=explain(FEEDBACK_RULES))

    q: QuestionText
    document_id: str
    start: Annotated[_Number, Field(ge=0, le=_FURTHEST)]
    end: Annotated[_Number, Field(ge=0, le=_FURTHEST)]
    helpful: Literal["yes", "no"]
    back: str = "/"


class UploadForm(BaseModel):
    """Documents to add to a folder; unsafe characters in their names are replaced."""

    model_config = ConfigDict(frozen=True)

    file: list[bytes]
    folder: str = ""
    overwrite: bool = False
