"""The id and the metadata of a passage, for LangChain and LlamaIndex."""

from __future__ import annotations

from service.answers.certainty import explain
from service.schemas.answers import AskReply, PassageReply

# The metadata that a language model may see; the rest is for programs.
TOLD = ("title", "publisher", "date", "citation", "answer", "certainty", "agreement")

Known = dict[str, str | int | float | bool | list[str]]


def passage_id(passage: PassageReply) -> str:
    """Return the id of a passage: its document, and its place in it."""
    source = passage.source
    return f"{source.document_id}:{source.start}-{source.end}"


def passage_metadata(reply: AskReply, passage: PassageReply) -> Known:
    """Return the metadata of a passage: its source, its scores, and the state of the answer.

    `answer` are the words of the passage that answer; `agreement` says how the sources relate.
    """
    source = passage.source.model_dump(exclude={"lines"}, exclude_none=True)
    first, last = passage.source.lines
    answer: Known = {} if reply.confidence is None else {"confidence": reply.confidence}
    if reply.certainty:
        answer["certainty"] = explain(reply.certainty)
    if passage.answer and reply.answerable:
        answer["answer"] = passage.text[passage.answer.start : passage.answer.end]
    if reply.agreement:
        answer["agreement"] = reply.agreement.text
    return {
        **source,
        "lines": f"{first}-{last}",
        "rank": passage.rank,
        "score": passage.score,
        "evidence": [passage.text[span.start : span.end] for span in passage.evidence],
        "answerable": reply.answerable,
        **answer,
    }
