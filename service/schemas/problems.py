"""Errors as JSON, after RFC 9457."""

from __future__ import annotations

from pydantic import BaseModel


class FieldReply(BaseModel):
    """A field of a request with a wrong value: the value, and the allowed ones."""

    field: str
    found: str
    allowed: str


class ProblemReply(BaseModel):
    """Why a request is refused; `instance` is the address of the request.

    In the reply to a list of questions it ends with `#/` and the place of the question from 0.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldReply]
