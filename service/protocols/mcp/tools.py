"""The tools: search the documents, fetch a text, ask a question."""

from __future__ import annotations

import re
from collections.abc import Callable

from index import Document, LiveIndex, Passage, Query, QueryError, Source, cite
from service.answers.alternatives import Comparison
from service.answers.answerer import Answerer
from service.answers.certainty import MEANINGS
from service.protocols import joined, source_facts
from service.protocols.mcp.schemas import (
    UNTRUSTED,
    Alternative,
    AskArguments,
    AskResult,
    FetchArguments,
    FetchResult,
    Quote,
    Result,
    SearchArguments,
    SearchResult,
)

_RESULTS = 10
_LONGEST = 50_000  # characters of one fetch; the metadata of the result says how to get the rest
_ID = re.compile("([^:]+)(?::([0-9]{1,12})-([0-9]{1,12}))?")

# Returns the address of the page that shows a source, or a passage of it.
Address = Callable[[Source, Passage | None], str]


class Tools:
    """The tools, over the live generation."""

    def __init__(self, answerer: Answerer, live: LiveIndex) -> None:
        self._answerer = answerer
        self._live = live

    def search(self, asked: SearchArguments, address: Address) -> SearchResult:
        """Return the ids, titles and addresses of the best passages."""
        hits = [one.hit for one in self._answerer.answer(Query(asked.query, _RESULTS)).passages]
        results = [
            Result(
                id=_id(hit.passage),
                title=" › ".join([hit.source.metadata.title, *hit.passage.headings]),
                url=address(hit.source, hit.passage),
            )
            for hit in hits
        ]
        return SearchResult(results=results)

    def fetch(self, asked: FetchArguments, address: Address) -> FetchResult:
        """Return a passage, a range of a document or a document, by id.

        Raises:
            QueryError: there is no such document, or the range lies outside of it.
        """
        catalog = self._live.generation.catalog
        parts = _ID.fullmatch(asked.id)
        document = catalog.document(parts[1]) if parts else None
        if parts is None or document is None:
            raise QueryError(f"there is no document {asked.id!r}; use an id from search or ask")
        source = Source(document.id, document.path, document.metadata)
        length = len(document.text)
        start, end = (int(parts[2]), int(parts[3])) if parts[2] else (document.body, length)
        if not start < end <= length:
            whole = f"{document.id}:0-{length}"
            raise QueryError(f"the id {asked.id!r} lies outside of its document, which is {whole}")
        passage = catalog.passage(document.id, start, end)
        end = min(end, start + _LONGEST)
        metadata = _known(source) | _extent(document, start, end)
        if passage is not None:
            metadata["citation"] = cite(passage, source)
        return FetchResult(
            id=asked.id,
            title=document.metadata.title,
            text=document.text[start:end],
            url=address(source, passage),
            metadata=metadata | {"notice": UNTRUSTED},
        )

    def ask(self, asked: AskArguments, address: Address) -> AskResult:
        """Return the answering sentence and the best passages."""
        query = Query(asked.question, asked.top_k, filter=asked.filter())
        answer = self._answerer.answer(query)
        evidence = answer.evidence
        return AskResult(
            answer=evidence.text if evidence else None,
            answer_mark=f"[{evidence.citation}]" if evidence else None,
            answer_words=evidence.words if evidence and evidence.span else None,
            agreement=answer.comparison.text if answer.comparison else None,
            alternatives=_alternatives(answer.comparison) if answer.comparison else [],
            confidence=answer.confidence,
            certainty=answer.certainty,
            certainty_meaning=MEANINGS[answer.certainty] if answer.certainty else None,
            passages=[
                Quote(
                    mark=f"[{one.rank}]",
                    id=_id(one.hit.passage),
                    text=one.hit.passage.text,
                    citation=one.citation,
                    url=address(one.hit.source, one.hit.passage),
                )
                for one in answer.passages
            ],
            notes=list(answer.notes),
        )


def _alternatives(comparison: Comparison) -> list[Alternative]:
    return [
        Alternative(
            text=one.text,
            agrees=one.agrees,
            marks=[f"[{source.citation}]" for source in one.sources],
            dates=[source.date for source in one.sources],
        )
        for one in comparison.alternatives
    ]


def _id(passage: Passage) -> str:
    return f"{passage.document_id}:{passage.start}-{passage.end}"


def _extent(document: Document, start: int, end: int) -> dict[str, str]:
    """Return the range of the text, and the id of the range that follows."""
    length = len(document.text)
    extent = {"document": document.id, "characters": f"{start}-{end} of {length}"}
    if end < length:
        extent["next"] = f"{document.id}:{end}-{min(end + _LONGEST, length)}"
    return extent


def _known(source: Source) -> dict[str, str]:
    facts = {name: joined(value) for name, value in source_facts(source).items()}
    if url := facts.pop("url", None):
        facts["original"] = url
    return {"path": source.path, **facts}
