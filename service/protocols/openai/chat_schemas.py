"""The pydantic models of chat completions, whole and streamed, and of models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from service.schemas.filters import Filters
from service.schemas.requests import RequestModel

# To check more would hold the GIL for longer than other requests should wait.
MOST_MESSAGES, MOST_PARTS = 1000, 1000
# The types of parts with text: of chat completions, and of the Responses API.
_TEXTS = {"text", "input_text", "output_text"}


class Part(BaseModel):
    """A part of a message; parts that are no text are ignored."""

    type: str
    text: str = ""


Parts = Annotated[list[Part], Field(max_length=MOST_PARTS, fail_fast=True)]


class Message(BaseModel):
    """A message of a chat, or another item of the Responses API, which has no role."""

    role: str = ""
    content: str | Parts | None = None

    def text(self) -> str:
        """Return the text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in _TEXTS)
        return self.content or ""


Messages = Annotated[list[Message], Field(min_length=1, max_length=MOST_MESSAGES, fail_fast=True)]


class StreamOptions(BaseModel):
    """Options of a stream; `include_usage` adds a last event with the usage."""

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """The format of the answer; other formats than text need a model that writes."""

    type: Literal["text"]


class ChatRequest(RequestModel):
    """A chat; parameters of a model that writes, such as `temperature`, are ignored.

    `filters` are those of POST /ask, an extension; OpenAI's clients send them in `extra_body`.
    """

    model: str
    messages: Messages
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    filters: Filters = Filters()


class UrlCitation(BaseModel):
    """A mark such as [1] at `content[start_index:end_index]`, and its source.

    Indices count Unicode code points.
    """

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation of a web address, the only kind of annotation in chat completions."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AnswerMessage(BaseModel):
    """The message that answers."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice."""

    index: Literal[0] = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """The tokens of a language model, always 0."""

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
    """The addition of an event to the message."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None

    @model_serializer(mode="wrap")
    def _only_what_is_added(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


class PieceChoice(BaseModel):
    """The only choice of an event."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Piece(BaseModel):
    """An event of a streamed answer; the last event, with the usage, has no choice."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[PieceChoice]
    usage: Usage | None = None


class Model(BaseModel):
    """A model."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["pincite"] = "pincite"


class ModelList(BaseModel):
    """All the models."""

    object: Literal["list"] = "list"
    data: list[Model]
