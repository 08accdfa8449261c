"""Example questions of a corpus: its own, and only those that it answers with confidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from index.answering.sentence_questions import questions_of
from index.generation.folder import StoredGeneration
from index.ranking.order import Ranking
from index.ranking.retriever import Retriever
from index.report import EXAMPLES, Example
from index.types import Passage, Query, Source

_SAMPLE = 300  # passages whose sentences are tried, spread evenly over the corpus
_ASKED = 32  # questions that are asked at most
_AT_ONCE = 8
_SURE = 0.9  # the least confidence of an answer


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, the heading or sentence that it was made of, and the document."""

    question: str
    text: str
    source: Source


def find_examples(retriever: Retriever, generation: StoredGeneration) -> tuple[Example, ...]:
    """Return up to EXAMPLES questions that the corpus answers with confidence.

    They differ in their document and in their first word, as far as there are enough.
    """
    sure: list[_Candidate] = []
    candidates = islice(_candidates(generation), _ASKED)
    while len(_varied(sure)) < EXAMPLES and (part := list(islice(candidates, _AT_ONCE))):
        queries = [Query(one.question, top_k=1) for one in part]
        rankings = retriever.rank(queries, retriever.embed(queries, generation), generation)
        sure += [
            one
            for one, ranking in zip(part, rankings, strict=True)
            if ranking and _answers(retriever, ranking, one)
        ]
    chosen = _varied(sure)
    rest = [one for one in sure if one not in chosen]
    return tuple(
        Example(one.question, one.source.path, one.source.metadata.language)
        for one in [*chosen, *rest][:EXAMPLES]
    )


def _candidates(generation: StoredGeneration) -> Iterator[_Candidate]:
    """Yield questions, in turn one of each document, no question twice."""
    of_documents: dict[str, list[_Candidate]] = {}
    seen: set[str] = set()
    for passage, source in generation.catalog.sample(_SAMPLE):
        for text in _texts(passage):
            for question in questions_of(text):
                if question not in seen:
                    seen.add(question)
                    found = of_documents.setdefault(source.id, [])
                    found.append(_Candidate(question, text, source))
    turns = zip_longest(*of_documents.values())
    return (one for one in chain.from_iterable(turns) if one is not None)


def _texts(passage: Passage) -> Iterator[str]:
    """Yield the headings of a passage, which may ask, and its sentences."""
    for headings in (passage.headings, *(headings for _, headings in passage.sections)):
        yield from headings[-1:]
    for span in passage.sentences:
        yield passage.text[span.start : span.end]


def _answers(retriever: Retriever, ranking: Ranking, one: _Candidate) -> bool:
    """Return whether the corpus answers a question with confidence, by the right sentence.

    The right one is the sentence that the question was made of. Where that text itself asks, it is
    any other sentence.
    """
    if ranking.confidence is None or ranking.confidence < _SURE:
        return False
    hit = retriever.hit(ranking, ranking.order[0])
    evidence = hit.passage.text[hit.evidence[0].start : hit.evidence[0].end]
    return (one.text in evidence) != (one.question in one.text)


def _varied(sure: list[_Candidate]) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    for one in sure:
        words = {other.question.split()[0] for other in chosen}
        if one.source not in [other.source for other in chosen] and (
            one.question.split()[0] not in words
        ):
            chosen.append(one)
    return chosen[:EXAMPLES]
