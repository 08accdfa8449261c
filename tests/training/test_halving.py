from __future__ import annotations

from pathlib import Path

import orjson

from index import BeirCorpus, read_questions
from tests.fakes import write_files
from tests.training.halving import write_half


def test_questions_about_the_titles_that_are_left_out_have_no_answer(tmp_path: Path) -> None:
    records = [{"_id": f"d{at}", "title": f"t{at // 2}", "text": "x"} for at in range(8)]
    queries = [{"_id": f"q{at}", "text": "Who?", "metadata": {"answers": ["x"]}} for at in range(8)]
    judged = "".join(f"q{at}\td{at}\t1\n" for at in range(8))
    source = write_files(
        tmp_path / "whole",
        {
            "corpus.jsonl": b"\n".join(map(orjson.dumps, records)),
            "queries.jsonl": b"\n".join(map(orjson.dumps, queries)),
            "qrels/test.tsv": f"query-id\tcorpus-id\tscore\n{judged}",
        },
    )
    write_half(source, tmp_path / "half")
    corpus = BeirCorpus(tmp_path / "half")
    assert corpus.ids == {"d0", "d1", "d4", "d5"}
    asked = read_questions(tmp_path / "half", corpus.ids)
    assert [one.answerable for one in asked] == [True, True, False, False] * 2
    assert [one.relevant for one in asked][:3] == [{"d0": 1}, {"d1": 1}, {}]
