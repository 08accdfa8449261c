"""What the frameworks of retrieval keep beside the text of a passage."""

from __future__ import annotations

from service.schemas.answers import AskReply, PassageReply

# What a model that writes is shown of it; the rest is for programs.
TOLD = ("title", "publisher", "date", "citation")

Known = dict[str, str | int | float | bool | list[str]]


def passage_id(passage: PassageReply) -> str:
    """Return what tells a passage from all others: its document and its place there."""
    source = passage.source
    return f"{source.document_id}:{source.start}-{source.end}"


def passage_metadata(reply: AskReply, passage: PassageReply) -> Known:
    """Return what is known of a passage's source, why it was found, and of the whole answer."""
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
