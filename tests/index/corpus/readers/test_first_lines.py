from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index import Folder
from index.corpus.readers import first_lines
from index.corpus.readers.first_lines import FirstLines, read_first_lines
from index.corpus.readers.text import read_log, read_text
from index.report import describe

_BODY = "The minister said on April 9 that the ferry would run again, the port reports.\n"


@pytest.mark.parametrize(
    "line",
    [
        "14 february 2020, 11:30",
        "Politics News 14 February 2020 14:05",
        "date 2020-02-14 + ↺ − 16 px",
        "Friday, 14 February 2020",
        "February 14, 2020",
        "LONDON, Feb. 14, 2020",
        "Fri, 14 Feb 2020 11:30:00 GMT",
        "Von Anna Meier, 14. Februar 2020",
        "Publié le 14 février 2020 à 14h05",
        "14 de febrero de 2020",
        "14 февраля 2020 г.",
        "14 fevral 2020",
        "14 лютого 2020 року",
        "Feb 14, 2020 | By Ida Holt | 3 min read",
        "2020年2月14日",
        "14.02.2020",
        "02/14/2020",
        "Updated: 14/02/2020",
    ],
)
def test_a_date_on_a_line_of_its_own_is_the_date(line: str) -> None:
    found = read_first_lines(f"The Ferry Runs Again After Years\n\n{line}\n\n{_BODY}")
    assert found == FirstLines("The Ferry Runs Again After Years", dt.date(2020, 2, 14))


@pytest.mark.parametrize(
    "line",
    [
        _BODY.strip(),
        "He came on 14 February 2020.",
        "The treaty of 14 February 2020 holds",
        "Born 14 February 1950",
        "Copyright 14 February 2020",
        "14 February 2020 - 16 February 2020",
        "February 2020",
        "Room 14, 2020 seats",
        "2020",
    ],
)
def test_a_date_of_something_else_is_not_taken(line: str) -> None:
    assert read_first_lines(f"The ferry runs again\n\n{line}\n\n{_BODY}").date is None


def test_a_sentence_with_a_year_is_not_given_to_the_parser_which_is_slow_to_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(first_lines, "worded_day", refuse)
    found = read_first_lines("Harbours\n\nThe harbour of town 7 was opened in 1807.\n")
    assert found == FirstLines("Harbours")


def test_a_date_far_below_is_not_taken() -> None:
    assert read_first_lines("Title here\n\n" + _BODY * 10 + "\n14 February 2020\n").date is None


def test_a_day_that_can_be_read_two_ways_is_left_out_and_reported() -> None:
    found = read_first_lines(f"The ferry runs again\n\n04/05/2020\n\n{_BODY}")
    assert found.date is None
    assert "left out the date 04/05/2020" in found.notes[0]


@pytest.mark.parametrize(("order", "month"), [("DMY", 5), ("MDY", 4)])
def test_a_folder_may_say_how_such_a_day_is_read(tmp_path: Path, order: str, month: int) -> None:
    (tmp_path / "_metadata.yaml").write_text(f"date_order: {order}\n")
    (tmp_path / "a.txt").write_text(f"The ferry runs again\n\n04/05/2020\n\n{_BODY}")
    folder = Folder(tmp_path)
    (file,) = (file for file in folder.files() if file.digest)
    document = folder.read(file)
    assert document.metadata.date == dt.date(2020, month, 9 - month)
    assert document.notes == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ferry runs again in May\n\n" + _BODY, "Ferry runs again in May"),
        ("HARBOUR RULES\n\n" + _BODY, "HARBOUR RULES"),
        ("Rules\n=====\n\n" + _BODY, "Rules"),
        ("Ferry runs again in May\n14 February 2020\n" + _BODY, "Ferry runs again in May"),
        ("14 February 2020\n\nFerry runs again in May\n\n" + _BODY, "Ferry runs again in May"),
        ("Fähre gesunken\nVon Ida Holt\n14. Februar 2020\n\n" + _BODY, "Fähre gesunken"),
        (
            "Feb 14, 2020 | By Ida Holt | 3 min read\n\nHow sails are mended\n\n" + _BODY,
            "How sails are mended",
        ),
        (
            "Posted on May 9th, 2019\nby admin\n\nHow sails are mended\n\n" + _BODY,
            "How sails are mended",
        ),
        ("Date: 9 May 2019\nFrom: Bo\nSubject: Ferry times\n\n" + _BODY, "Ferry times"),
        ("date 2018-04-21\ntitle Ferry times\n\n" + _BODY, "Ferry times"),
        ("Title fight ends early\n\n" + _BODY, "Title fight ends early"),
        ("Título: El río\nFecha: 3 de mayo de 2020\n\n" + _BODY, "El río"),
        ("03 May 20\n\nHow sails are mended\n\n" + _BODY, "How sails are mended"),
        ("# Ferry runs again in May\n\n" + _BODY, "Ferry runs again in May"),
        ("A paragraph that goes on\nby the river and back\n\n" + _BODY, ""),
        ("Laman Ismayilova\n\n" + _BODY, ""),
        (_BODY, ""),
        (_BODY + "\n" + _BODY, ""),
        ("A paragraph that goes on\nin the next line\n\n" + _BODY, ""),
        ("- one item\n- another\n", ""),
        ("One line alone", ""),
        ("", ""),
    ],
)
def test_the_title_is_a_first_short_line_that_is_no_sentence(text: str, title: str) -> None:
    assert read_first_lines(text).title == title


def test_metadata_says_that_it_comes_from_the_first_lines_and_so_does_the_report() -> None:
    text = f"The ferry runs again\n\n14 February 2020\n\n{_BODY}"
    document = read_text(text.encode(), "a.txt", "id")
    assert dict(document.metadata.origins) == {"title": "first lines", "date": "first lines"}
    assert describe(document) == "title and date from its first lines"


def test_a_sidecar_takes_precedence_over_the_first_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"The ferry runs again\n\n14 February 2020\n\n{_BODY}")
    (tmp_path / "a.txt.yaml").write_text("title: Ferries\n")
    folder = Folder(tmp_path)
    metadata = folder.read(next(iter(folder.files()))).metadata
    assert (metadata.title, metadata.date) == ("Ferries", dt.date(2020, 2, 14))
    assert dict(metadata.origins) == {"title": "stated", "date": "first lines"}


def test_the_lines_of_a_log_are_neither_title_nor_date() -> None:
    document = read_log(b"2020-02-14 11:30 START\n\nfailed\n", "a.log", "id")
    assert (document.metadata.title, document.metadata.date) == ("a", None)
