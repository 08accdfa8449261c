"""A client for Python programs; it returns the models that the server sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from index import CitationFormat, PinciteError
from service.schemas.answers import AskReply, BatchReply
from service.schemas.documents import DocumentListReply, DocumentTextReply
from service.schemas.problems import ProblemReply
from service.schemas.state import ReadyReply

DEFAULT_URL = "http://127.0.0.1:8000"

Reply = TypeVar("Reply", bound=BaseModel)


class ServiceError(PinciteError):
    """The service cannot be reached, or refuses a request.

    `problem` says why it refuses, None if it cannot be reached. `retry_after` is the number of
    seconds until the request may succeed, None if it will not.
    """

    def __init__(
        self, message: str, problem: ProblemReply | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.retry_after = retry_after


class Client:
    """Asks the Pincite at `url` over one kept connection; a test may replace the `transport`.

    Raises:
        ServiceError: here and in each method, it cannot be reached or refuses the request.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Accept": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._url = url
        with self._reaching():
            self._http = httpx.Client(
                base_url=url, headers=headers, timeout=timeout, transport=transport
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def ask(
        self,
        question: str,
        *,
        top_k: int = 5,
        filters: Mapping[str, object] | None = None,
        asked_on: dt.date | None = None,
        prefer: Literal["recent"] | None = None,
        citation_format: CitationFormat | None = None,
    ) -> AskReply:
        """Return the answer to a question, with its passages; `filters` are those of POST /ask."""
        asked = {
            "question": question,
            "top_k": top_k,
            "filters": dict(filters or {}),
            "asked_on": asked_on.isoformat() if asked_on else None,
            "prefer": prefer,
            "citation_format": citation_format,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        return self._read(AskReply, "POST", "/v1/ask", json=given)

    def ask_all(self, questions: Sequence[str], top_k: int = 5) -> list[AskReply | ProblemReply]:
        """Return the reply to each question, or a problem for one that is malformed."""
        asked = [{"question": question, "top_k": top_k} for question in questions]
        return self._read(BatchReply, "POST", "/v1/ask", json=asked).root

    def documents(self, limit: int = 100, offset: int = 0) -> DocumentListReply:
        """Return a part of the list of documents, in the order of their paths."""
        part = {"limit": limit, "offset": offset}
        return self._read(DocumentListReply, "GET", "/v1/documents", params=part)

    def document(self, identity: str) -> DocumentTextReply:
        """Return a document with its text."""
        return self._read(DocumentTextReply, "GET", f"/v1/documents/{quote(identity, safe='')}")

    def ready(self) -> ReadyReply:
        """Return the state of the service, with the generation of the index that answers."""
        return self._read(ReadyReply, "GET", "/readyz")

    def _read(
        self,
        model: type[Reply],
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, int] | None = None,
    ) -> Reply:
        with self._reaching():
            response = self._http.request(method, path, json=json, params=params)
        if response.is_success:
            return model.model_validate_json(response.content)
        problem = _problem(response)
        wait = response.headers.get("Retry-After", "")
        raise ServiceError(
            f"{self._url} refused the request ({problem.status}): {problem.detail}",
            problem,
            int(wait) if wait.isdigit() else None,
        )

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServiceError(
                f"no Pincite can be reached at {self._url}: {error}; start one with: pincite serve"
            ) from error


def _problem(response: httpx.Response) -> ProblemReply:
    try:
        return ProblemReply.model_validate_json(response.content)
    except ValidationError:
        # the reply comes from another program, for instance a proxy
        return ProblemReply(
            title=response.reason_phrase,
            status=response.status_code,
            detail=response.reason_phrase,
            instance=response.url.path,
            errors=[],
        )
