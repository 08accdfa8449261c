from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from index import (
    BeirCorpus,
    DatasetError,
    DocumentError,
    Question,
    read_questions,
    write_questions,
)
from tests.fakes import write_files

CORPUS: list[dict[str, object]] = [
    {"_id": "b", "title": "Harbour", "text": "Ninety ships.", "metadata": {"date": "1987-03-05"}},
    {"_id": "a", "text": "Quinces grow.\n\nBees sleep.", "metadata": {"authors": "Ada Quill"}},
]
QUERIES: list[dict[str, object]] = [
    {"_id": "2", "text": "How many ships?", "metadata": {"answers": ["Ninety"]}},
    {"_id": 1, "text": "What of whales?", "metadata": {"answerable": False}},
    {"_id": "3", "text": "Nobody judged this."},
]
HEADER = "query-id\tcorpus-id\tscore\n"


def lines(records: list[dict[str, object]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def dataset(
    folder: Path,
    corpus: str | bytes = lines(CORPUS),
    queries: str | bytes = lines(QUERIES),
    judgements: str | bytes = HEADER + "2\tb\t1\n2\ta\t0\n",
) -> Path:
    files = {"corpus.jsonl": corpus, "queries.jsonl": queries, "qrels/test.tsv": judgements}
    return write_files(folder, files)


def read(folder: Path) -> list[Question]:
    return read_questions(folder, BeirCorpus(folder).ids)


def test_records_are_documents_in_the_order_of_the_file(tmp_path: Path) -> None:
    corpus = BeirCorpus(dataset(tmp_path))
    assert corpus.ids == {"a", "b"}
    files = list(corpus.files())
    assert [file.path for file in files] == ["b", "a"]
    harbour, orchard = map(corpus.read, files)
    assert (harbour.text, harbour.metadata.title) == ("Ninety ships.", "Harbour")
    assert harbour.metadata.date == dt.date(1987, 3, 5)
    assert orchard.metadata.authors == ("Ada Quill",)
    assert [orchard.text[one.span.start : one.span.end].strip() for one in orchard.blocks] == [
        "Quinces grow.",
        "Bees sleep.",
    ]


def test_a_record_that_changes_has_another_digest(tmp_path: Path) -> None:
    before = [file.digest for file in BeirCorpus(dataset(tmp_path)).files()]
    changed = lines([CORPUS[0], {**CORPUS[1], "title": "Orchard"}])
    after = [file.digest for file in BeirCorpus(dataset(tmp_path, corpus=changed)).files()]
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_a_record_without_text_is_its_title_and_one_without_either_cannot_be_read(
    tmp_path: Path,
) -> None:
    folder = dataset(
        tmp_path, '{"_id": "t", "title": "Only this", "text": ""}\n{"_id": "e", "text": " "}\n'
    )
    corpus = BeirCorpus(folder)
    titled, empty = corpus.files()
    assert corpus.read(titled).text == "Only this"
    with pytest.raises(DocumentError, match="e: the record holds no text"):
        corpus.read(empty)


def test_questions_are_those_of_which_something_is_known(tmp_path: Path) -> None:
    ships, whales = read(dataset(tmp_path))
    assert (ships.id, ships.relevant, ships.answers) == ("2", {"b": 1, "a": 0}, ("Ninety",))
    assert ships.answerable is None
    assert (whales.id, whales.answerable, whales.relevant) == ("1", False, {})


@pytest.mark.parametrize(
    "judgements", ["2\tb\t1\n", HEADER + "\n2\tb\t1", (HEADER + "2\tb\t1\n").replace("\n", "\r\n")]
)
def test_a_header_blank_lines_and_the_last_line_end_are_optional(
    tmp_path: Path, judgements: str
) -> None:
    assert read(dataset(tmp_path, judgements=judgements))[0].relevant == {"b": 1}


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("corpus.jsonl", "", "corpus.jsonl is empty"),
        ("corpus.jsonl", "\n{\n", "corpus.jsonl, line 2: Invalid JSON: "),
        ("corpus.jsonl", b"\xff\n", "corpus.jsonl, line 1: Invalid JSON: "),
        ("corpus.jsonl", "[]\n", "corpus.jsonl, line 1: "),
        ("corpus.jsonl", '{"_id": "a"}\n', "corpus.jsonl, line 1: text: Field required"),
        ("corpus.jsonl", '{"text": "a"}\n', "corpus.jsonl, line 1: _id: Field required"),
        (
            "corpus.jsonl",
            '{"_id": "a", "text": "x", "metadata": {"date": "soon"}}\n',
            "corpus.jsonl, line 1: metadata.date: ",
        ),
        (
            "corpus.jsonl",
            '{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}\n',
            "corpus.jsonl, line 2: the id 'a' occurs twice",
        ),
        ("queries.jsonl", '{"_id": "2"}\n', "queries.jsonl, line 1: text: Field required"),
        (
            "queries.jsonl",
            '{"_id": "2", "text": "x"}\n{"_id": 2, "text": "y"}\n',
            "queries.jsonl, line 2: the id '2' occurs twice",
        ),
        ("qrels/test.tsv", HEADER, "test.tsv has no judgement for any question"),
        ("qrels/test.tsv", HEADER + "9\tb\t1\n", "line 2: queries.jsonl has no question '9'"),
        ("qrels/test.tsv", HEADER + "2\tz\t1\n", "line 2: the corpus has no record 'z'"),
        ("qrels/test.tsv", "2\tb\n", "test.tsv, line 1: found ['2', 'b'], expected"),
        ("qrels/test.tsv", "2 b 1\n", "test.tsv, line 1: found ['2 b 1'], expected"),
        ("qrels/test.tsv", "2\tb\t1.5\n", "test.tsv, line 1: found "),
        ("qrels/test.tsv", "2\tb\t--1\n", "test.tsv, line 1: found "),
        ("qrels/test.tsv", "2\tb\t" + "9" * 5000 + "\n", "test.tsv, line 1: found "),
        ("qrels/test.tsv", "2\tb\rc\t1\n", "line 1: the corpus has no record 'b\\rc'"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_is_not_well_formed_is_refused_with_its_file_and_line(
    tmp_path: Path, file: str, content: str | bytes, message: str
) -> None:
    queries = lines(QUERIES[:1])
    write_files(dataset(tmp_path, queries=queries), {file: content})
    with pytest.raises(DatasetError) as caught:
        read(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named_with_what_a_folder_holds(tmp_path: Path, file: str) -> None:
    (dataset(tmp_path) / file).unlink()
    with pytest.raises(DatasetError) as caught:
        read(tmp_path)
    assert f"{file}: No such file or directory; a BEIR folder holds corpus.jsonl" in str(
        caught.value
    )


def test_questions_that_are_written_are_read_again(tmp_path: Path) -> None:
    questions = [
        Question("1", 'Who "wrote"\tthis\n?', {"a b.md": 1, "ü/c.md": 0}),
        Question("2", "Née?", {"ü/c.md": 3}),
    ]
    write_questions(tmp_path / "new" / "folder", questions)
    assert read_questions(tmp_path / "new" / "folder", frozenset({"a b.md", "ü/c.md"})) == questions


def test_what_cannot_be_written_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    write_files(tmp_path / "full", {"mine.txt": "mine"})
    question = Question("1", "Who?", {"a.md": 1})
    for folder, message in [
        (tmp_path / "full", "name a new or empty folder"),
        (tmp_path / "full/mine.txt", "cannot be written"),
    ]:
        with pytest.raises(DatasetError, match=message):
            write_questions(folder, [question])
    with pytest.raises(DatasetError, match="a tab or a line end"):
        write_questions(tmp_path / "new", [Question("1", "Who?", {"a\tb.md": 1})])
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "mine.txt"]
