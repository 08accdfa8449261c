"""An answer as `search_result` blocks: content of a message to Claude, which cites from them.

https://platform.claude.com/docs/en/build-with-claude/search-results
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, RootModel

from index import Passage
from service.answers.answer import Answer
from service.answers.certainty import explain
from service.answers.cited import CitedPassage


class TextBlock(BaseModel):
    """A sentence of a result, the smallest unit that Claude cites; or a note before the results."""

    type: Literal["text"] = "text"
    text: str


class Citations(BaseModel):
    """Asks Claude to cite a result."""

    enabled: Literal[True] = True


class SearchResultBlock(BaseModel):
    """A passage; `source` is the address of the page that shows it."""

    type: Literal["search_result"] = "search_result"
    source: str
    title: str
    content: list[TextBlock]
    citations: Citations = Citations()


SearchResults = RootModel[list[TextBlock | SearchResultBlock]]


def search_results(answer: Answer, address: Callable[[Passage], str]) -> SearchResults:
    """Return the passages, after remarks: how sure the answer is, and how the sources relate.

    Without an answer the notes that say so stand among the remarks.
    """
    remarks = list(() if answer.evidence else answer.notes)
    if answer.comparison:
        remarks.append(answer.comparison.text)
    if answer.certainty:
        remarks.append(f"{explain(answer.certainty).capitalize()}.")
    notes = [TextBlock(text=remark) for remark in remarks]
    blocks = [_block(passage, address) for passage in answer.passages]
    return SearchResults([*notes, *blocks])


def _block(found: CitedPassage, address: Callable[[Passage], str]) -> SearchResultBlock:
    passage = found.hit.passage
    return SearchResultBlock(
        source=address(passage),
        title=found.hit.source.metadata.title,
        content=[TextBlock(text=text) for text in _sentences(passage)],
    )


def _sentences(passage: Passage) -> list[str]:
    """Cut a passage at its sentences; each piece ends where the next sentence begins."""
    starts = [0, *(span.start for span in passage.sentences[1:]), len(passage.text)]
    return [passage.text[start:end] for start, end in pairwise(starts)]
