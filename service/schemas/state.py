"""How the service is doing, as JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from service.schemas.runs import RunReply


class HealthReply(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyReply(BaseModel):
    """Whether the service can answer, and from which generation; with 503 unless it is *ready*.

    It is *stopping* once it was told to end, and *failing* where the model does not run or an index
    cannot be asked. The index is *damaged* where the newest generation of a collection cannot be
    opened, so that the one before answers, *rebuilding* while one of another model than the setting
    answers, *outdated* where that cannot be rebuilt, and *unavailable* where the engine that holds
    it cannot be asked, or holds none that can be used; `detail` says why. The disk is *low* where
    there is no room to build another. The generation is null until one has been opened.
    """

    status: Literal["ready", "stopping", "failing"]
    generation: str | None
    model: Literal["ok", "failing"]
    index: Literal["ok", "damaged", "outdated", "rebuilding", "unavailable"]
    disk: Literal["ok", "low"]
    detail: str | None


class LatencyReply(BaseModel):
    """How many milliseconds the latest answers took, up to 1000 of them; null if there are none."""

    answers: int
    p50: float | None
    p95: float | None


class StatusReply(BaseModel):
    """What the service answers from, and what it was asked in the last 60 minutes, oldest first.

    `rebuild` says in words what becomes of an index of another model than the setting.
    """

    generation: str
    created: str
    documents: int
    passages: int
    sentences: int
    model: str
    encoder: str
    device: str
    rebuild: str | None
    questions_per_minute: list[int]
    latency_ms: LatencyReply
    run: RunReply | None
