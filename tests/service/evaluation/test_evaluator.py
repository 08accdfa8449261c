"""`pincite evaluate` over a tiny dataset whose measures are plain to see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.generation.folder import current_id
from tests.fakes import write_files
from tests.service.commands.test_cli_refusals import refused
from tests.service.conftest import Run

CORPUS = {
    "harbour": "Ninety ships unload copper every winter. Merchants weigh it at dawn.",
    "orchard": "The orchard grows quinces. Bees sleep beneath the wall.",
    "volcano": "Lava flowed for seven weeks. Ashes covered every roof.",
}
QUERIES = [
    {"_id": "1", "text": "Who weighs copper at dawn?", "metadata": {"answers": ["Merchants"]}},
    {"_id": "2", "text": "Where do bees sleep?", "metadata": {"answers": ["the moon"]}},
]
FILES = ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv")
# the second question's judged record is not the one that answers it
JUDGEMENTS = "query-id\tcorpus-id\tscore\n1\tharbour\t1\n2\tvolcano\t1\n"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    records = [{"_id": name, "title": name, "text": text} for name, text in CORPUS.items()]
    return write_files(
        tmp_path / "tiny",
        {
            "corpus.jsonl": "\n".join(map(json.dumps, records)),
            "queries.jsonl": "\n".join(map(json.dumps, QUERIES)),
            "qrels/test.tsv": JUDGEMENTS,
        },
    )


def evaluate_json(run: Run, *arguments: str | Path) -> list[dict[str, Any]]:
    """Return the printed objects; the command must print nothing but JSON."""
    outcome = run("evaluate", "--json", *arguments)
    assert (outcome.status, outcome.err) == (0, "")
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_json_is_one_object_a_folder_and_nothing_else(
    run: Run, dataset: Path, tmp_path: Path
) -> None:
    other = write_files(tmp_path / "other", {path: (dataset / path).read_text() for path in FILES})
    tiny, second = evaluate_json(run, dataset, other)
    assert (tiny["dataset"], second["dataset"]) == ("tiny", "other")
    assert tiny["questions"] == 2
    assert (tiny["hit@1"], tiny["recall@5"]) == (0.5, 1)
    assert tiny["mrr@10"] in {(1 + 1 / 2) / 2, (1 + 1 / 3) / 2}
    assert (tiny["evidence@1"], tiny["evidence@gold"]) == (0.5, 0.5)
    assert (tiny["auroc"], tiny["ece"], tiny["coverage@95"]) == (None, None, None)
    assert tiny["intervals"]["hit@1"] == [0, 1]
    assert 0 < tiny["latency_ms"]["p50"] <= tiny["latency_ms"]["p95"]
    same = tiny.keys() - {"dataset", "latency_ms"}
    assert {name: second[name] for name in same} == {name: tiny[name] for name in same}


def test_a_sample_is_asked_of_the_whole_corpus(run: Run, dataset: Path) -> None:
    (few,) = evaluate_json(run, dataset, "--sample", "1")
    assert few["questions"] == 1
    assert few["hit@1"] in {0, 1}
    assert evaluate_json(run, dataset, "--sample", "9")[0]["questions"] == 2


def test_recall_counts_a_hundred_records_of_which_a_user_is_shown_ten(
    run: Run, tmp_path: Path
) -> None:
    names = [f"c{number}" for number in range(100)]
    records = [{"_id": name, "title": "", "text": f"Copper lies in {name}."} for name in names]
    folder = write_files(
        tmp_path / "wide",
        {
            "corpus.jsonl": "\n".join(map(json.dumps, records)),
            "queries.jsonl": json.dumps({"_id": "1", "text": "медь"}),
            "qrels/test.tsv": "query-id\tcorpus-id\tscore\n"
            + "".join(f"1\t{name}\t1\n" for name in names),
        },
    )
    (wide,) = evaluate_json(run, folder)
    assert wide["recall@100"] == 1


def test_a_folder_is_named_by_its_own_name_from_within(
    run: Run, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(dataset)
    assert evaluate_json(run, ".")[0]["dataset"] == "tiny"


def test_a_table_has_a_row_a_measure(run: Run, dataset: Path) -> None:
    outcome = run("evaluate", dataset)
    assert (outcome.status, outcome.err) == (0, "")
    rows = {line.split("│")[1].strip(): line for line in outcome.out.splitlines() if "│" in line}
    assert "0.5000 (0.000-1.000)" in rows["hit@1"]
    assert rows["auroc"].split("│")[2].strip() == "-"
    assert "latency p95, ms" in rows
    assert "tiny" in outcome.out


def test_indexes_are_kept_where_they_are_asked_to_be_and_used_again(
    run: Run, dataset: Path, tmp_path: Path
) -> None:
    first = evaluate_json(run, dataset, "--index", tmp_path / "kept")
    live = current_id(tmp_path / "kept" / "tiny")
    second = evaluate_json(run, dataset, "--index", tmp_path / "kept")
    assert current_id(tmp_path / "kept" / "tiny") == live
    assert [one.pop("latency_ms") for one in (*first, *second)]
    assert first == second


def test_nothing_is_left_where_no_index_is_named(
    run: Run, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("PINCITE_INDEX", str(tmp_path / "own"))
    evaluate_json(run, dataset)
    assert not list((tmp_path / "temporary").iterdir())
    assert not (tmp_path / "own").exists()


def test_a_documents_folder_can_be_asked_instead(run: Run, dataset: Path, three: Path) -> None:
    (dataset / "corpus.jsonl").unlink()
    write_files(dataset, {"qrels/test.tsv": "1\tharbour.md\t1\n2\tnotes/orchard_log.txt\t1\n"})
    (found,) = evaluate_json(run, dataset, "--documents", three)
    assert (found["questions"], found["hit@1"], found["evidence@gold"]) == (2, 1, 0.5)


def compare(run: Run, dataset: Path, changes: dict[str, object]) -> tuple[int, str]:
    """Compare the dataset with its own measures, some of which are changed first."""
    (before,) = evaluate_json(run, dataset)
    for name, value in changes.items():
        before[name] = {**before[name], **value} if isinstance(value, dict) else value
    write_files(dataset, {"before.jsonl": json.dumps(before) + "\n"})
    outcome = run("evaluate", "--json", dataset, "--compare", dataset / "before.jsonl")
    assert json.loads(outcome.out)["dataset"] == "tiny"
    return outcome.status, outcome.err


@pytest.mark.parametrize("changes", [{}, {"hit@1": 1.0}, {"hit@1": 0.0}, {"auroc": 0.9}])
def test_what_did_not_fall_by_more_than_half_its_interval_is_no_drop(
    run: Run, dataset: Path, changes: dict[str, object]
) -> None:
    assert compare(run, dataset, changes) == (0, "")


def test_a_drop_is_told_with_exit_status_1(run: Run, dataset: Path) -> None:
    status, told = compare(run, dataset, {"hit@1": 0.7, "intervals": {"hit@1": [0.6, 0.8]}})
    assert (status, told) == (1, "tiny: hit@1 fell from 0.7000 to 0.5000, by more than 0.1000\n")


def test_a_dataset_that_was_not_measured_before_is_said_not_to_be_compared(
    run: Run, dataset: Path
) -> None:
    status, told = compare(run, dataset, {"dataset": "other"})
    assert status == 0
    assert told.startswith("tiny: not compared, ")


def test_a_baseline_that_cannot_be_read_is_refused_before_any_work(run: Run, dataset: Path) -> None:
    write_files(dataset, {"before.jsonl": "\n{}\n"})
    outcome = run("evaluate", dataset, "--compare", dataset / "before.jsonl")
    refused(outcome, "before.jsonl, line 2: not the output")
    missing = run("evaluate", dataset, "--compare", dataset / "nowhere")
    refused(missing, "nowhere cannot be read: No such file", "name a file with the output of")


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("corpus.jsonl", None, ["corpus.jsonl: No such file", "a BEIR folder holds"]),
        ("queries.jsonl", None, ["queries.jsonl: No such file"]),
        ("qrels/test.tsv", None, ["test.tsv: No such file"]),
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n' * 2, ["corpus.jsonl, line 2", "twice"]),
        ("queries.jsonl", "{\n", ["queries.jsonl, line 1: Invalid JSON"]),
        ("qrels/test.tsv", "1\tnowhere\t1\n", ["test.tsv, line 1", "no record 'nowhere'"]),
        ("qrels/test.tsv", "9\tharbour\t1\n", ["test.tsv, line 1", "no question '9'"]),
    ],
)
def test_what_is_wrong_with_a_folder_is_told_with_file_and_line(
    run: Run, dataset: Path, file: str, content: str | None, words: list[str]
) -> None:
    if content is None:
        (dataset / file).unlink()
    else:
        write_files(dataset, {file: content})
    refused(run("evaluate", dataset, "--json"), *words)


def test_a_documents_folder_that_is_not_there_is_refused(
    run: Run, dataset: Path, tmp_path: Path
) -> None:
    refused(run("evaluate", dataset, "--documents", tmp_path / "nowhere"), "does not exist")
