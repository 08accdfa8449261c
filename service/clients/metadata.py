"""The id and the metadata of a passage, for LangChain and LlamaIndex."""

from __future__ import annotations

from service.schemas.answers import AskReply, PassageReply

# The metadata that a language model may see; the rest is for programs.
TOLD = ("title", "publisher", "date", "citation")

Known = dict[str, str | int | float | bool | list[str]]


def passage_id(passage: PassageReply) -> str:
    """Return the id of a passage: its document, and its place in it."""
    source = passage.source
    return f"{source.document_id}:{source.start}-{source.end}"


def passage_metadata(reply: AskReply, passage: PassageReply) -> Known:
    """Return the metadata of a passage: its source, its scores, and the state of the answer."""
    source = passage.source.model_dump(exclude={"lines"}, exclude_none=True)
    first, last = passage.source.lines
    answer = {} if reply.confidence is None else {"confidence": reply.confidence}
    return {
        **source,
        "lines": f"{first}-{last}",
        "rank": passage.rank,
        "score": passage.score,
        "evidence": [passage.text[span.start : span.end] for span in passage.evidence],
        "answerable": reply.answerable,
        **answer,
    }
