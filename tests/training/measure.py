"""Measures an answer model on evaluation sets that it has not learnt from."""

from __future__ import annotations

import json
import random
import re
import statistics
import string
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from index.answering.answer_model import AnswerModel
from tests.training.sources import READING
from tests.training.windows import sentences_of

DATA = READING.parent
_WORDS = 60  # of a window


@dataclass(frozen=True)
class Asked:
    """A question and the paragraph to read; no answers where the corpus does not answer."""

    question: str
    answers: tuple[str, ...]
    title: str
    text: str


@dataclass(frozen=True)
class Measures:
    """What was measured over so many questions, as fractions.

    `milliseconds` is the CPU time of a window.
    """

    questions: int
    auroc: float
    exact: float
    f1: float
    score_auroc: float
    milliseconds: float


def asked_of(name: str, most: int, seed: int = 0) -> list[Asked]:
    """Return questions of a set with the paragraph that holds, or would hold, the answer.

    A question without an answer is asked of the paragraph most like it by TF-IDF: in
    squad2-impossible, of those that stand between the paragraphs of its neighbours, since SQuAD
    lists questions by paragraph; in squad2-gaps of all that are left.
    """
    documents = [json.loads(line) for line in (DATA / name / "corpus.jsonl").open()]
    places = {one["_id"]: place for place, one in enumerate(documents)}
    queries = [json.loads(line) for line in (DATA / name / "queries.jsonl").open()]
    gold: dict[str, int] = {}
    for line in (DATA / name / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            gold.setdefault(query, places[document])
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    matrix = words.fit_transform([f"{one['title']} {one['text']}" for one in documents])
    alike = (words.transform([one["text"] for one in queries]) @ matrix.T).toarray()
    asked, before = [], 0
    for place, query in enumerate(queries):
        answers = tuple(query["metadata"]["answers"]) if query["metadata"]["answerable"] else ()
        if query["_id"] in gold:
            chosen = before = gold[query["_id"]]
        elif "impossible" in name:
            after = next(
                (gold[one["_id"]] for one in queries[place:] if one["_id"] in gold),
                len(documents) - 1,
            )
            chosen = before + int(alike[place, before : max(after, before) + 1].argmax())
        else:
            chosen = int(alike[place].argmax())
        asked.append(
            Asked(query["text"], answers, documents[chosen]["title"], documents[chosen]["text"])
        )
    return random.Random(seed).sample(asked, min(most, len(asked)))


def windows_of(text: str, title: str) -> list[str]:
    """Return the text in windows of whole sentences, each begun by the last one's end."""
    windows: list[str] = []
    sentences = sentences_of(text)
    first = 0
    while first < len(sentences):
        last = first
        while (
            last + 1 < len(sentences)
            and len(text[sentences[first][0] : sentences[last + 1][1]].split()) <= _WORDS
        ):
            last += 1
        windows.append(f"{title}\n{text[sentences[first][0] : sentences[last][1]]}")
        if last + 1 == len(sentences):
            break
        first = last if last > first else last + 1
    return windows


def measure(model: AnswerModel, asked: Sequence[Asked]) -> Measures:
    """Read each question's paragraph in windows; the best window of all decides."""
    chances, scores, labels, exact, f1 = [], [], [], [], []
    count, began = 0, time.process_time()
    for one in asked:
        windows = windows_of(one.text, one.title)
        count += len(windows)
        readings = model.read([(one.question, window) for window in windows])
        best = max(range(len(windows)), key=lambda at: readings[at].probability)
        chances.append(readings[best].probability)
        scores.append(max(reading.span_score for reading in readings))
        labels.append(bool(one.answers))
        if one.answers:
            span = readings[best].span
            found = windows[best][span.start : span.end] if span else ""
            exact.append(max(float(_plain(found) == _plain(right)) for right in one.answers))
            f1.append(max(_f1(found, right) for right in one.answers))
    spent = time.process_time() - began
    return Measures(
        len(asked),
        float(roc_auc_score(labels, chances)),
        sum(exact) / len(exact),
        sum(f1) / len(f1),
        float(roc_auc_score(labels, scores)),
        1000 * spent / count,
    )


def _plain(text: str) -> list[str]:
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def _f1(found: str, right: str) -> float:
    """Return the overlap of words, as SQuAD's own script counts it (Rajpurkar et al. 2016)."""
    one, other = _plain(found), _plain(right)
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


def milliseconds(model: AnswerModel, together: int, words: int = 60) -> float:
    """Return the CPU time of a window of so many words, the median of 20 batches.

    Unlike the time by the clock, it hardly depends on what else the machine does.
    """
    windows = [f"word{at} " * words for at in range(together)]
    times = []
    for _ in range(23):
        began = time.process_time()
        model.read([("What is the name of the person who was asked?", one) for one in windows])
        times.append(time.process_time() - began)
    return 1000 * statistics.median(times[3:]) / together
