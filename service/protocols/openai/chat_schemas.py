"""The shapes of chat completions, whole and in pieces, and of models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from service.schemas.filters import Filters


class Part(BaseModel):
    """A part of a message; only those of the type `text` are read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of a chat."""

    role: str
    content: str | list[Part] | None = None

    def text(self) -> str:
        """Return what it says in words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """Whether a stream ends with the usage."""

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """What an answer is to be; no other kind can be had without a model that writes it."""

    type: Literal["text"]


class ChatRequest(BaseModel):
    """A chat; what steers the writing of a model, as `temperature` does, changes nothing here.

    `filters`, those of POST /ask, are none of OpenAI's; its clients send them as `extra_body`.
    """

    model: str
    messages: list[Message] = Field(min_length=1)
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    filters: Filters = Filters()

    def question(self) -> str | None:
        """Return what the user said last, None if the user said nothing."""
        said = (one.text() for one in reversed(self.messages) if one.role == "user")
        return next(said, None)


class UrlCitation(BaseModel):
    """A mark in the content, `content[start_index:end_index]`, and the source it stands for.

    Indices count Unicode code points.
    """

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation of a web address, the only kind that chat completions have."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AnswerMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice there is."""

    index: Literal[0] = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens that a language model read and wrote: there is none."""

    prompt_tokens: Literal[0] = 0
    completion_tokens: Literal[0] = 0
    total_tokens: Literal[0] = 0


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage = Usage()


class Delta(BaseModel):
    """What a piece adds to the message."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None

    @model_serializer(mode="wrap")
    def _only_what_is_added(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


class PieceChoice(BaseModel):
    """The only choice there is, in a piece."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Piece(BaseModel):
    """A piece of an answer; the last of those with usage has no choice."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[PieceChoice]
    usage: Usage | None = None


class Model(BaseModel):
    """A model that a chat may name."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["pincite"] = "pincite"


class ModelList(BaseModel):
    """All the models."""

    object: Literal["list"] = "list"
    data: list[Model]
