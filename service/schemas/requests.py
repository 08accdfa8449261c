"""The base of all models of request bodies."""

from __future__ import annotations

from pydantic import BaseModel, model_validator


class RequestModel(BaseModel):
    """A JSON object of a request; `null` for a field means the same as leaving it out."""

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, value: object) -> object:
        if isinstance(value, dict):
            return {name: one for name, one in value.items() if one is not None}
        return value
