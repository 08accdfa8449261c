"""Writes the held-out texts as BEIR folders, for `pincite calibrate`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import orjson

from index.evaluation.fitting import NEAR
from index.lexical.stopwords import ENGLISH
from index.ranking.focus import is_question
from tests.training.held_out import PEOPLE, HeldOut
from tests.training.sources import READING, Pair, read_pairs

TRANSLATIONS = Path(__file__).parent / "written" / "translations.jsonl"
_MORE = 800  # paragraphs that make a corpus large


def write_calibration_sets(target: Path, folder: Path = READING) -> None:
    """Write `people`, `written`, `articles`, `searches`, `translated`, `others` into the folder.

    `people` holds questions that people wrote to have an answer or to have none, with the
    paragraphs that they are about, and `written` those that the project wrote. `articles` holds
    whole articles, whose questions all have an answer: a calibration leaves articles or paragraphs
    out. `searches` holds the same, asked by the telling words of each question alone. `translated`
    holds English paragraphs of `people` and questions in eight other languages, of which half have
    lost their paragraph; in `translated-among-others` there are more paragraphs. `others` holds
    further paragraphs and no question.
    """
    held = HeldOut(folder)
    others = [pair for pair in read_pairs(PEOPLE, folder) if pair not in held.people]
    _write(target / "people", held.people, held.people)
    _write(target / "written", held.written, held.written)
    _write(target / "articles", held.articles, held.articles)
    searches = [one for one in map(_search, held.articles) if not is_question(one.question)]
    _write(target / "searches", held.articles, searches)
    kept, asked = _translated(held.people)
    _write(target / "translated", kept, asked, absence="elsewhere")
    more = others[:: len(others) // _MORE]
    _write(target / "translated-among-others", [*kept, *more], asked, absence="elsewhere")
    _write(target / "others", others, ())


def _translated(people: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return the paragraphs that are kept and all translated questions.

    Every other paragraph of those asked about is left out.
    """
    found = {pair.question: pair for pair in people if pair.answerable}
    lines = [orjson.loads(line) for line in TRANSLATIONS.read_bytes().splitlines()]
    about = {_key(found[one["question"]]) for one in lines}
    absent = set(sorted(about)[::2])
    asked = []
    for one in lines:
        pair = replace(found[one["question"]], question=one["text"])
        lost = _key(pair) in absent
        asked.append(replace(pair, answers=(), answerable=False) if lost else pair)
    return [pair for pair in people if _key(pair) not in absent], asked


def _write(
    folder: Path, texts: Iterable[Pair], asked: Iterable[Pair], *, absence: str = NEAR
) -> None:
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    records = {_key(pair): pair for pair in texts}
    write_lines(
        folder / "corpus.jsonl",
        ({"_id": key, "title": pair.title, "text": pair.text} for key, pair in records.items()),
    )
    queries, judged = [], ["query-id\tcorpus-id\tscore"]
    for number, pair in enumerate(asked):
        answers = [pair.text[start:end] for start, end in pair.answers]
        metadata: dict[str, object] = {"answers": answers}
        if pair.answerable:
            judged.append(f"q{number}\t{_key(pair)}\t1")
        else:
            metadata |= {"answerable": False, "kind": absence}
        queries.append({"_id": f"q{number}", "text": pair.question, "metadata": metadata})
    write_lines(folder / "queries.jsonl", queries)
    (folder / "qrels" / "test.tsv").write_text("\n".join(judged) + "\n", encoding="utf-8")


def _search(pair: Pair) -> Pair:
    """Return the pair asked by the words of its question that are no stop words."""
    words = re.findall(r"[\w'’-]+", pair.question)
    telling = [word for word in words if word.lower() not in ENGLISH]
    return replace(pair, question=" ".join(telling).lower())


def _key(pair: Pair) -> str:
    return hashlib.sha256(pair.text.encode()).hexdigest()[:12]


def write_lines(path: Path, values: Iterable[object]) -> None:
    """Write each value as a line of JSON."""
    path.write_bytes(b"".join(orjson.dumps(value) + b"\n" for value in values))
