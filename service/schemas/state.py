"""The state of the service as JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from service.schemas.runs import RunReply


class HealthReply(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyReply(BaseModel):
    """Whether the service can answer; the status code is 503 unless it is *ready*.

    The service is *starting* until each collection has an index or a reason for none, although
    those that have one answer. It is *stopping* after SIGTERM, and *failing* if the model does not
    run or an index is unavailable. The index is *damaged* if the newest generation cannot be opened
    and the previous one answers; *building* while collections have not been brought up to date
    since the start, and `building` says how far each of these is; *rebuilding* while a generation
    of another model than the setting answers and a new one is built; *outdated* if that build
    failed; *behind* if the last run to update it failed, which is made again; *unavailable* if the
    engine cannot be reached or holds no usable index. `detail` says why. The disk is *low* if there
    is no room for another generation. The watch of the documents is *failing* while it cannot be
    started, and *off* without the setting `watch`. The keys are *lost* if keys are needed and their
    file cannot be read. `generation` is null until one is open.
    """

    status: Literal["ready", "starting", "stopping", "failing"]
    generation: str | None
    model: Literal["ok", "failing"]
    index: Literal["ok", "behind", "building", "damaged", "outdated", "rebuilding", "unavailable"]
    disk: Literal["ok", "low"]
    watch: Literal["ok", "failing", "off"] = "off"
    keys: Literal["ok", "lost"] = "ok"
    detail: str | None
    building: dict[str, str] = {}


class LatencyReply(BaseModel):
    """The latency of the latest answers (1000 at most) in milliseconds; null without answers."""

    answers: int
    p50: float | None
    p95: float | None


class StatusReply(BaseModel):
    """The index that answers, and the load of the last hour.

    `questions_per_minute` holds 60 counts, the oldest first. `rebuild` describes, in words, the
    rebuild of an index of another model than the setting, null without one.
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
