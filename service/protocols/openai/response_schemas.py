"""The pydantic models of the Responses API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from service.protocols.openai.chat_schemas import Message, Messages
from service.schemas.filters import Filters
from service.schemas.requests import RequestModel


class TextFormat(BaseModel):
    """The format of the answer; other formats than text need a model that writes."""

    type: Literal["text"] = "text"


class TextOptions(RequestModel):
    """Options of the text."""

    format: TextFormat = TextFormat()


class ResponseRequest(RequestModel):
    """A request of the Responses API; parameters of a model that writes are ignored.

    `filters` are those of POST /ask, an extension; OpenAI's clients send them in `extra_body`.
    """

    model: str
    input: Annotated[str, Field(min_length=1)] | Messages
    include: list[str] = Field([])
    stream: bool = False
    background: Literal[False] = False
    text: TextOptions = TextOptions()
    filters: Filters = Filters()

    def messages(self) -> list[Message]:
        """Return the input as messages; a text is one message of the user."""
        if isinstance(self.input, str):
            return [Message(role="user", content=self.input)]
        return self.input


class FileResult(BaseModel):
    """A passage that was found, and its document."""

    attributes: dict[str, str | int]
    file_id: str
    filename: str
    score: float
    text: str


class FileSearchCall(BaseModel):
    """The search of the documents; `results` are present if `include` asks for them."""

    id: str
    type: Literal["file_search_call"] = "file_search_call"
    status: Literal["in_progress", "completed"] = "completed"
    queries: list[str]
    results: list[FileResult] | None = None


class FileCitation(BaseModel):
    """A citation of a document at an index of the text."""

    type: Literal["file_citation"] = "file_citation"
    file_id: str
    filename: str
    index: int


class WebCitation(BaseModel):
    """A mark such as [1] at `text[start_index:end_index]`, and the page that shows its passage."""

    type: Literal["url_citation"] = "url_citation"
    start_index: int
    end_index: int
    title: str
    url: str


class OutputText(BaseModel):
    """The text of the answer."""

    type: Literal["output_text"] = "output_text"
    text: str
    annotations: list[FileCitation | WebCitation]
    logprobs: list[float] = []


class OutputMessage(BaseModel):
    """The message that answers."""

    id: str
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    status: Literal["in_progress", "completed"] = "completed"
    content: list[OutputText]


class InputDetails(BaseModel):
    """The cached tokens of the input, always 0."""

    cached_tokens: Literal[0] = 0
    cache_write_tokens: Literal[0] = 0


class OutputDetails(BaseModel):
    """The tokens of a model that reasons, always 0."""

    reasoning_tokens: Literal[0] = 0


class ResponseUsage(BaseModel):
    """The tokens of a language model, always 0."""

    input_tokens: Literal[0] = 0
    input_tokens_details: InputDetails = InputDetails()
    output_tokens: Literal[0] = 0
    output_tokens_details: OutputDetails = OutputDetails()
    total_tokens: Literal[0] = 0


class ResponseReply(BaseModel):
    """A response: the search of the documents, and the message that answers."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    status: Literal["in_progress", "completed"] = "completed"
    model: str
    output: list[FileSearchCall | OutputMessage]
    error: None = None
    incomplete_details: None = None
    instructions: None = None
    metadata: dict[str, str] = {}
    parallel_tool_calls: Literal[False] = False
    tool_choice: Literal["auto"] = "auto"
    tools: list[str] = []
    usage: ResponseUsage | None = ResponseUsage()
