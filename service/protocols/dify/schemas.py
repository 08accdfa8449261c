"""The pydantic models of Dify's external knowledge."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from service.protocols.dify.conditions import MetadataCondition
from service.schemas.questions import MOST_PASSAGES, QuestionText
from service.schemas.requests import RequestModel


class RetrievalSetting(RequestModel):
    """The number of records, and their least score."""

    top_k: Annotated[int, Field(ge=1, le=MOST_PASSAGES)]
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = 0


class RetrievalRequest(RequestModel):
    """A search of Dify."""

    knowledge_id: str
    query: QuestionText
    retrieval_setting: RetrievalSetting
    metadata_condition: MetadataCondition | None = None


class Record(BaseModel):
    """A passage."""

    content: str
    score: float
    title: str
    metadata: dict[str, str | int | list[str]]


class RetrievalReply(BaseModel):
    """The passages, best first."""

    records: list[Record]


class ErrorReply(BaseModel):
    """Why a request was refused."""

    error_code: int
    error_msg: str
