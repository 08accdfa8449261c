"""Why a request is refused, as JSON."""

from __future__ import annotations

from pydantic import BaseModel


class FieldReply(BaseModel):
    """One field of a request that cannot be used: what was found there, and what is allowed."""

    field: str
    found: str
    allowed: str


class ProblemReply(BaseModel):
    """Why a request is refused, after RFC 9457; `instance` is the address that was asked.

    In the reply to a list of questions it ends in the refused one's place in the list, after `#/`.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldReply]
