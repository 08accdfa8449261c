"""The pydantic models of vector stores and their search."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from index import AllOf, AnyOf, Filter, Not, OneOf, Range
from service.schemas.conditions import check_size
from service.schemas.questions import MOST_PASSAGES, QuestionText
from service.schemas.requests import RequestModel

_DAYS = {"date", "file_date"}
_ONE = {"eq", "ne"}
_SEVERAL = {"in", "nin"}


# infinity and NaN compare with nothing
One = str | Annotated[float, Field(allow_inf_nan=False)] | bool


class Comparison(BaseModel):
    """A condition on one attribute of a file."""

    type: Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]
    key: Annotated[str, Field(min_length=1)]
    value: One | list[One]

    @model_validator(mode="after")
    def _fits(self) -> Comparison:
        if isinstance(self.value, list) != (self.type in _SEVERAL):
            wanted = "a list" if self.type in _SEVERAL else "one value"
            raise ValueError(f"{self.type} takes {wanted}, found {self.value!r}")
        if isinstance(self.value, bool) and self.type not in _ONE:
            raise ValueError(f"{self.type} takes a text or a number, found {self.value!r}")
        if self.key in _DAYS and not all(isinstance(one, str) for one in self._values()):
            raise ValueError(f"{self.key} is compared as YYYY-MM-DD, found {self.value!r}")
        return self

    def filter(self) -> Filter:
        """Return the condition as a filter of the index."""
        values = tuple(_comparable(value) for value in self._values())
        if self.type in _ONE | _SEVERAL:
            among = OneOf(self.key, values)
            return Not(among) if self.type in {"ne", "nin"} else among
        return Range(self.key, **{self.type: values[0]})

    def _values(self) -> list[str | float | bool]:
        return self.value if isinstance(self.value, list) else [self.value]


class Compound(BaseModel):
    """Conditions joined by `and` or `or`."""

    type: Literal["and", "or"]
    filters: list[Conditions]

    def filter(self) -> Filter:
        """Return the conditions as a filter of the index."""
        parts = tuple(part.filter() for part in self.filters)
        return AllOf(parts) if self.type == "and" else AnyOf(parts)


Conditions = Annotated[Comparison | Compound, Field(discriminator="type")]


def _comparable(value: str | float | bool) -> str | float:
    """Return a text or a number; metadata holds true and false as texts."""
    return str(value).lower() if isinstance(value, bool) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class RankingOptions(BaseModel):
    """The least score of a result; `ranker` is ignored, because Pincite has one way of ranking."""

    ranker: str | None = None
    score_threshold: Annotated[float, Field(ge=0, le=1)] = 0


class SearchRequest(RequestModel):
    """A search; `rewrite_query` is ignored, for questions are never rewritten."""

    query: Annotated[
        list[QuestionText], Field(min_length=1, max_length=8), BeforeValidator(_listed)
    ]
    filters: Conditions | None = None
    max_num_results: Annotated[int, Field(ge=1, le=MOST_PASSAGES)] = 10
    ranking_options: RankingOptions = RankingOptions()
    rewrite_query: bool = False

    @model_validator(mode="after")
    def _is_small(self) -> SearchRequest:
        if self.filters:
            check_size(self.filters.filter())
        return self


class Content(BaseModel):
    """The text of a passage."""

    type: Literal["text"] = "text"
    text: str


class Result(BaseModel):
    """A passage and its document."""

    file_id: str
    filename: str
    score: float
    attributes: dict[str, str | int]
    content: list[Content]


class ResultsPage(BaseModel):
    """All results, always on one page."""

    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    data: list[Result]
    has_more: Literal[False] = False
    next_page: None = None


class FileCounts(BaseModel):
    """The number of files of a store by state."""

    in_progress: Literal[0] = 0
    completed: int
    failed: Literal[0] = 0
    cancelled: Literal[0] = 0
    total: int


class VectorStore(BaseModel):
    """The documents as a vector store."""

    id: str
    object: Literal["vector_store"] = "vector_store"
    created_at: int
    name: str
    usage_bytes: int
    file_counts: FileCounts
    status: Literal["completed"] = "completed"
    expires_after: None = None
    expires_at: None = None
    last_active_at: int | None
    metadata: dict[str, str]


class VectorStoreList(BaseModel):
    """All vector stores."""

    object: Literal["list"] = "list"
    data: list[VectorStore]
    first_id: str
    last_id: str
    has_more: Literal[False] = False
