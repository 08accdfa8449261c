"""An answer as the content of a chat message: the evidence with its mark, and its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index import CITATION_FORMATS, Passage, escape_markdown
from service.answers.answerer import Answer
from service.answers.cited import CitedPassage

NO_ANSWER = "I found no answer in the documents."


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation in the content, from `start` to `end` (exclusive) in Unicode code points."""

    start: int
    end: int
    passage: CitedPassage


@dataclass(frozen=True, slots=True)
class Written:
    """An answer in Markdown: the evidence, the list of sources, and the marks.

    Without an answer there are no marks, and the sources are those of the nearest passages.
    """

    answer: str
    sources: str
    marks: tuple[Mark, ...]

    @property
    def content(self) -> str:
        """The whole message."""
        return self.answer + self.sources


def write_answer(answer: Answer, address: Callable[[Passage], str]) -> Written:
    """Write an answer; `address` returns the address of the page that shows a passage."""
    if answer.evidence is None:
        if not answer.passages:
            return Written(NO_ANSWER, "".join(f"\n\n{note}" for note in answer.notes), ())
        sources = "".join(_source(passage, address) for passage in answer.passages)
        return Written(NO_ANSWER, f"\n\nThe nearest passages are in:{sources}", ())
    passage = answer.passages[answer.evidence.citation - 1]
    mark = f"[{passage.rank}]"
    # a picture or a link of a document would be loaded by the chatbot that shows it
    text = f"{escape_markdown(answer.evidence.text)} {mark}"
    marks = (Mark(len(text) - len(mark), len(text), passage),)
    return Written(text, _source(passage, address), marks)


def _source(passage: CitedPassage, address: Callable[[Passage], str]) -> str:
    hit = passage.hit
    citation = CITATION_FORMATS["markdown"](hit.passage, hit.source)
    return f"\n\n[{passage.rank}] {citation} ([source]({address(hit.passage)}))"
