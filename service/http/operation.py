"""One thing that can be done over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic import BaseModel

from service.http.media import PAGE, PROBLEM
from service.schemas.problems import ProblemReply

Kind = Literal["widget", "cite", "ask", "admin"]
# Each kind of key may do what the kinds before it may.
KINDS: tuple[Kind, ...] = get_args(Kind)
Scope = Literal["one", "all", "any"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: its purpose, the least kind of key that it needs, its input and its replies.

    `needs` is None where no key is needed; an `admin` key is needed even where others are not. The
    `scope` is one collection; or all, so that it takes a key for all of them; or any, where it
    shows what the key is for.

    `body`, `replies` and `refusals` are types by media type. `also` are other statuses with the
    same reply; `renamed` are statuses of refusals that have another in this protocol, and `further`
    those that do not follow from the rest. A route whose `largest_body` is None sets it by itself.

    What is not `limited` neither counts towards the rate limit nor waits in the queue. What is
    `kept` is the same for a generation, so that a client need not fetch it again until there is
    another. What is `hidden` is not described.
    """

    summary: str
    needs: Kind | None
    replies: Mapping[str, Any]
    status: int = 200
    also: tuple[int, ...] = ()
    arguments: type[BaseModel] | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    largest_body: int | None = 64 * 1024
    refusals: Mapping[str, Any] = field(default_factory=lambda: {PROBLEM: ProblemReply, PAGE: str})
    renamed: Mapping[int, int] = field(default_factory=dict)
    further: tuple[int, ...] = ()
    limited: bool = True
    kept: bool = False
    scope: Scope = "one"
    hidden: bool = False
