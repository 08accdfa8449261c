"""Feedback as a BEIR folder, for `pincite evaluate`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index import Question, write_questions
from service.feedback.store import FeedbackError, FeedbackStore, Judgement
from service.settings.settings import Settings
from service.wiring.storage import open_folder


@dataclass(frozen=True, slots=True)
class Exported:
    """The number of questions and of judged documents that were written.

    `gone` holds the paths of judged documents that are no longer in the folder. `unhelped` is the
    number of questions without a document that helped, which are left out.
    """

    questions: int
    documents: int
    gone: tuple[str, ...]
    unhelped: int


def export_feedback(settings: Settings, folder: Path) -> Exported:
    """Write the feedback into a new folder: queries.jsonl and qrels/test.tsv.

    A document is relevant to a question, with grade 1, if it helped more often than not.

    Raises:
        FeedbackError: there is no feedback, or no document helped with any question.
        DocumentsFolderError: the documents cannot be read.
        DatasetError: the folder is not empty.
    """
    judgements = FeedbackStore(settings.feedback).judgements()
    here = {file.path for file in open_folder(settings).files()}
    gone = sorted({one.path for one in judgements} - here)
    questions = grade([one for one in judgements if one.path in here])
    helped = [one for one in questions if any(one.relevant.values())]
    if not helped:
        raise FeedbackError(
            f"the feedback in {settings.feedback} names no document of {settings.documents} that "
            "helped with a question; at least one is needed to measure answers"
        )
    write_questions(folder, helped)
    return Exported(
        questions=len(helped),
        documents=sum(len(one.relevant) for one in helped),
        gone=tuple(gone),
        unhelped=len(questions) - len(helped),
    )


def grade(judgements: Iterable[Judgement]) -> list[Question]:
    """Return the judged questions, each with the grade (1 or 0) of its documents by path."""
    balance: dict[str, Counter[str]] = {}
    for one in judgements:
        balance.setdefault(one.question, Counter())[one.path] += one.helpful - one.unhelpful
    return [
        Question(_name(question), question, {path: int(more > 0) for path, more in paths.items()})
        for question, paths in balance.items()
    ]


def _name(question: str) -> str:
    """Return an id that depends on the text of the question alone."""
    return hashlib.sha256(question.encode()).hexdigest()[:16]
