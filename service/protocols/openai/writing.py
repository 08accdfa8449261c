"""An answer as the content of a chat message: the evidence with its mark, and its sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index import CITATION_FORMATS, Passage, escape_markdown
from service.answers.answer import Answer
from service.answers.certainty import explain
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

    The words that answer are in bold. A line says how the answers of several sources relate, and
    another how sure the answer is. Without an answer there are no marks, and the sources are those
    of the nearest passages.
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
    sure = f"\n\n{explain(answer.certainty).capitalize()}." if answer.certainty else ""
    if answer.evidence is None:
        if not answer.passages:
            return Written(NO_ANSWER, "".join(f"\n\n{note}" for note in answer.notes), ())
        sources = "".join(_source(passage, address) for passage in answer.passages)
        return Written(NO_ANSWER + sure, f"\n\nThe nearest passages are in:{sources}", ())
    # a picture or a link of a document would be loaded by the chatbot that shows it
    parts: list[str | int] = [
        escape_markdown(answer.evidence.text, answer.evidence.span) + " ",
        answer.evidence.citation,
    ]
    if answer.comparison:
        parts += ["\n\n", *map(_escaped, answer.comparison.parts)]
    parts.append(sure)
    text, marks = "", list[Mark]()
    for part in parts:
        if isinstance(part, int):
            mark = f"[{part}]"
            marks.append(Mark(len(text), len(text) + len(mark), answer.passages[part - 1]))
            text += mark
        else:
            text += part
    cited = sorted({mark.passage.rank for mark in marks})
    sources = "".join(_source(answer.passages[rank - 1], address) for rank in cited)
    return Written(text, sources, tuple(marks))


def _escaped(part: str | int) -> str | int:
    """Return a part of a line as Markdown, with the spaces around it."""
    if isinstance(part, int) or part.isspace():
        return part
    left, right = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{left}{escape_markdown(part)}{right}"


def _source(passage: CitedPassage, address: Callable[[Passage], str]) -> str:
    hit = passage.hit
    citation = CITATION_FORMATS["markdown"](hit.passage, hit.source)
    return f"\n\n[{passage.rank}] {citation} ([source]({address(hit.passage)}))"
