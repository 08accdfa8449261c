"""Questions to a running Pincite, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from index import PinciteError
from service.schemas import AskReply

DEFAULT_URL = "http://127.0.0.1:8000"
_SECONDS = 30.0


class ServiceError(PinciteError):
    """The service cannot be reached, or refuses a question."""


def ask(
    question: str,
    *,
    url: str = DEFAULT_URL,
    token: str | None = None,
    top_k: int = 5,
    filters: Mapping[str, object] | None = None,
) -> AskReply:
    """Return what the Pincite at `url` replies; service/README.md says what `filters` may hold.

    Raises:
        ServiceError: it cannot be reached, or refuses the question.
    """
    address = f"{url.rstrip('/')}/ask"
    body = {"question": question, "top_k": top_k, "filters": dict(filters or {})}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        response = httpx.post(address, json=body, headers=headers, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServiceError(
            f"no Pincite can be reached at {url}: {error}; start one with: pincite serve"
        ) from error
    if response.is_success:
        return AskReply.model_validate_json(response.content)
    raise ServiceError(f"{url} refused the question ({response.status_code}): {_reason(response)}")


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase
