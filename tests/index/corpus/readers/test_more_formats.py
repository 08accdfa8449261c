"""Formats whose reader is a few lines around a library."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest

from index import DocumentError
from index.corpus.readers import UNREADABLE, reader_for
from index.corpus.readers import outlook as outlook_reader
from index.corpus.readers.mail import read_message
from index.types import Document
from tests.index.corpus.readers.blocks import blocks_of, texts_of


def read(data: str | bytes, path: str) -> Document:
    return reader_for(path)(data.encode() if isinstance(data, str) else data, path, "id")


def test_rich_text_is_read_with_its_title() -> None:
    rtf = (
        r"{\rtf1\ansi\ansicpg1252{\info{\title Harbour rules}{\author Ada}}"
        r"K\'e4the \b ties\b0  up.\par {\v hidden}Second\par}"
    )
    document = read(rtf, "a.rtf")
    assert texts_of(document)[0] == "Käthe ties up."
    assert (document.metadata.title, document.metadata.authors) == ("Harbour rules", ("Ada",))


def test_hidden_text_of_rich_text_is_left_out_and_reported() -> None:
    document = read(r"{\rtf1 Seen{\v  hidden}.\par \v gone\v0 Stays.\plain\par}", "a.rtf")
    assert texts_of(document) == ["Seen.", "Stays."]
    assert document.notes == ("left out hidden text",)


def test_headings_notes_and_raised_figures_of_rich_text_keep_their_meaning() -> None:
    style = r"{\stylesheet{\s1\ql heading 1;}}"
    rtf = (
        rf"{{\rtf1 {style}\pard\s1 Tides\par\pard 3\'d710{{\super 6}}m{{\sub 2}}.\par"
        r"\pard\outlinelevel1 Spring\par\pard Words{\super\chftn}"
        r"{\*\footnote\pard\chftn See it.\par} go on.\par{\pict\bin3 {{{}}"
    )
    assert blocks_of(read(rtf, "a.rtf")) == [
        ("heading", "Tides", ("Tides",)),
        ("prose", "3×10⁶m₂.", ("Tides",)),
        ("heading", "Spring", ("Tides", "Spring")),
        ("prose", "Words [See it.] go on.", ("Tides", "Spring")),
    ]


def test_what_is_no_rich_text_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^a\.rtf: is not Rich Text"):
        read("Words.", "a.rtf")


@pytest.mark.parametrize("path", ["a.ods", "a.xls", "a.xlsb", "a.msg", "a.ics"])
def test_a_damaged_file_is_refused_by_name(path: str) -> None:
    with pytest.raises(DocumentError, match=rf"^{path}: "):
        read(b"PK\x03\x04 no such thing", path)


def test_an_outlook_message_is_read_as_a_message_of_mail() -> None:
    message = SimpleNamespace(
        message_headers={"Cc": "Eve <eve@example.org>"},
        sender="Ada <ada@example.org>",
        recipients=[SimpleNamespace(email_address="bo@example.org")],
        sent_date=dt.datetime(2020, 2, 14, 11, 30, tzinfo=dt.UTC),
        subject="The ferry",
        body="It runs again.",
        html_body=None,
        properties=SimpleNamespace(int_prop_value=lambda _: 0),
        attachments=[
            SimpleNamespace(
                attached_by_value=True,
                file_bytes=b"Harbour rules.",
                file_name="rules.txt",
                mime_type="text/plain",
                _storage=SimpleNamespace(storages=[]),
                properties=None,
            )
        ],
    )
    email = outlook_reader._as_email(message, [], 0)  # type: ignore[arg-type]
    document = read_message(email, "a.msg", "id")
    assert document.metadata.date == dt.date(2020, 2, 14)
    assert document.metadata.authors == ("Ada",)
    assert texts_of(document)[1:] == ["It runs again.", "Harbour rules."]
    assert "To: bo@example.org" in document.text


def test_a_saved_page_is_read_as_a_page_with_its_address() -> None:
    page = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<title>Rules</title><h1>Rules</h1><p>F=C3=A4hre</p>\r\n--b\r\n"
        "Content-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    )
    document = read(page, "a.mhtml")
    assert texts_of(document) == ["Rules", "Fähre"]
    assert (document.metadata.title, document.metadata.url) == ("Rules", "https://example.org/a")


def test_asciidoc_has_headings_code_and_no_comments() -> None:
    text = (
        "= Harbour\n:toc:\n\n// a note to self\nThe ferry\nruns.\n\n== Fees\n\n"
        "----\nx = 1\n\ny\n----\n////\nhidden\n////\nLast.\n"
    )
    document = read(text, "a.adoc")
    assert [(kind, found.strip(), path) for kind, found, path in blocks_of(document)] == [
        ("heading", "= Harbour", ("Harbour",)),
        ("prose", "The ferry\nruns.", ("Harbour",)),
        ("heading", "== Fees", ("Harbour", "Fees")),
        ("lines", "x = 1\n\ny", ("Harbour", "Fees")),
        ("prose", "Last.", ("Harbour", "Fees")),
    ]
    assert document.text == text


@pytest.mark.parametrize(
    "header",
    [
        "Ada Holt <ada@example.org>; Bo Quay\nv1.2, 2020-05-03: first\n:toc:\n",
        ":author: Ada Holt; Bo Quay\n:revdate: 3 May 2020\n",
    ],
)
def test_the_header_of_asciidoc_has_authors_and_a_date(header: str) -> None:
    metadata = read(f"= Harbour\n{header}\nWords.\n", "a.adoc").metadata
    assert metadata.authors == ("Ada Holt", "Bo Quay")
    assert metadata.date == dt.date(2020, 5, 3)


def test_asciidoc_makes_up_no_author_and_no_date() -> None:
    metadata = read("= Harbour\n\nIt opened\n2020-05-03.\n", "a.adoc").metadata
    assert (metadata.authors, metadata.date) == ((), None)


def test_latex_is_read_as_what_it_prints() -> None:
    text = (
        r"\documentclass{article}\title{On Ferries}\author{Ada \and Bo}\begin{document}"
        "\n\\section{Fees}\nThe fee is 5\\% of \\emph{all}. % not shown\n\n"
        "\\subsection{Boats}\nTen.\n"
        r"\end{document}"
    )
    document = read(text, "a.tex")
    assert blocks_of(document) == [
        ("heading", "Fees", ("Fees",)),
        ("prose", "The fee is 5% of all.", ("Fees",)),
        ("heading", "Boats", ("Fees", "Boats")),
        ("prose", "Ten.", ("Fees", "Boats")),
    ]
    assert document.metadata.title == "On Ferries"


def test_latex_makes_up_no_date_and_keeps_numbers_and_cells() -> None:
    lists = r"\begin{enumerate}\item One\begin{enumerate}\item Inner\end{enumerate}\item Two"
    table = r"\begin{tabular}{ll} Boat & Fee \\ \hline Heron & 30 \& 5 \\ \end{tabular}"
    text = (
        r"\title{Ferries}\date{14 February 2020}\begin{document}\maketitle Words."
        rf"\begin{{comment}}hidden\end{{comment}} {lists}\end{{enumerate}} {table} End."
        r"\end{document}"
    )
    document = read(text, "a.tex")
    assert document.metadata.date == dt.date(2020, 2, 14)
    found = [" ".join(one.split()) for one in document.text.split("\n")]
    assert list(filter(None, found)) == [
        *("Words.", "1. One", "a. Inner", "2. Two", "Boat | Fee", "Heron | 30 & 5", "End."),
    ]


def test_the_mark_of_a_note_is_no_part_of_the_number_before_it() -> None:
    document = read("The fee is 30 [1]_.\n\n.. [1] Net.\n", "a.rst")
    assert texts_of(document) == ["The fee is 30 [1].", "[1] Net."]


def test_a_character_of_two_codes_is_one_in_rich_text() -> None:
    assert texts_of(read(r"{\rtf1 Fine \u-10179?\u-8704?.\par}", "a.rtf")) == ["Fine 😀."]


def test_a_notebook_is_its_text_its_code_and_what_it_printed() -> None:
    notebook = {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": ["# Boats\n", "\n", "They float."]},
            {
                "cell_type": "code",
                "source": "print(1)",
                "outputs": [{"output_type": "stream", "text": ["1\n"]}],
            },
        ],
    }
    document = read(json.dumps(notebook), "a.ipynb")
    assert blocks_of(document) == [
        ("heading", "Boats", ("Boats",)),
        ("prose", "They float.", ("Boats",)),
        ("lines", "print(1)", ("Boats",)),
        ("lines", "1", ("Boats",)),
    ]
    assert document.blocks[-1].location.part == "cell 2"


def test_notebooks_of_earlier_versions_are_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Boats"]},
        {"cell_type": "markdown", "source": ["They", "float."]},
        {"cell_type": "code", "input": "1/0", "outputs": [{"ename": "ZeroDivisionError"}]},
    ]
    document = read(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}), "a.ipynb")
    assert texts_of(document) == ["Boats", "They\nfloat.", "1/0", "ZeroDivisionError"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.vtt", "00:01.000 --> 00:04.000\nThe ferry runs.\n"),
        ("a.srt", "WEBVTT\n\n00:01.000 --> 00:04.000\nThe ferry runs.\n"),
        ("a.srt", "1\n00:00:01:000 --> 00:00:04;000\nThe ferry runs.\n"),
        ("a.srt", "1\n00:00:01 -> 00:00:04\nThe ferry runs.\n"),
        ("a.vtt", "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:04.000\n<v Ada>The <b>ferry</b>\nruns.\n"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:04.000\nThe ferry&nbsp;runs.\n"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:04,000\n{\\an8}The <i>ferry</i>\nruns.\n"),
    ],
)
def test_subtitles_are_cited_by_their_time(path: str, text: str) -> None:
    document = read(text, path)
    assert document.text.replace("\xa0", " ") == "The ferry runs."
    assert document.blocks[0].location.part == "00:00:01-00:00:04"


@pytest.mark.parametrize("start", ["1\n00:00:0x,000", "1\n00:00:01,00y"])
def test_a_caption_whose_time_cannot_be_read_is_kept_and_reported(start: str) -> None:
    document = read(f"{start} --> 00:00:04,000\nThe ferry\n\n2\n00:05 --> 00:09\nruns.\n", "a.srt")
    assert document.text == "The ferry runs."
    note = "times that cannot be read, in lines 2: cited with the time before"
    assert document.notes == (note,)


def test_source_code_is_read_as_lines() -> None:
    document = read("def f():\n    return 1\n\nx = f()\n", "deep/a.py")
    assert [(kind, text.strip()) for kind, text, _ in blocks_of(document)] == [
        ("lines", "def f():\n    return 1"),
        ("lines", "x = f()"),
    ]
    assert document.metadata.title == "a.py"


def test_a_calendar_is_its_events() -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Ferry\r\n"
        " meeting\r\nDTSTART:20200214T113000Z\r\nLOCATION:Quay 4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert texts_of(read(calendar, "a.ics")) == [
        "Summary: Ferrymeeting\nStart: 2020-02-14 11:30:00+00:00\nLocation: Quay 4"
    ]


def test_the_tasks_of_a_calendar_are_read_and_who_organizes_is_named() -> None:
    calendar = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTODO\nUID:1\nSUMMARY:Mend sails\n"
        "DUE:20200401T120000Z\nORGANIZER;CN=Ida Holt:mailto:ida@example.org\nEND:VTODO\n"
        "END:VCALENDAR\n"
    )
    assert texts_of(read(calendar, "a.ics")) == [
        "Summary: Mend sails\nDue: 2020-04-01 12:00:00+00:00\nOrganizer: Ida Holt <ida@example.org>"
    ]


def test_formats_that_are_not_read_say_what_would_read_them() -> None:
    assert UNREADABLE[".ppt"] == "save it as .pptx"


def test_latex_prints_links_code_scripts_references_and_its_own_commands() -> None:
    code = "\\begin{lstlisting}[language=C]\nint a = {1; % kept\n\n  b & c;\n\\end{lstlisting}"
    text = (
        r"\newcommand{\product}{Heron}\newcommand{\fee}[2]{#1 costs #2 euros}"
        r"\begin{document}"
        r"See \href{https://a.example}{the site}, Figure~\ref{map} \cite[p. 3]{ada}."
        "\n\n"
        r"The \product{} needs \verb|a_1 & b|: \fee{a boat}{30}, 10 m\textsuperscript{2}."
        r"\iffalse hidden \fi At \SI{5}{\kilo\metre}, \S 3, type \texttt{go}.\pagestyle{empty}"
        rf"{code}"
        r"\begin{longtable}{ll} Boat & Fee \\ \multicolumn{2}{c}{Large} \\ Owl & 5 \end{longtable}"
        r"\end{document}"
    )
    found = blocks_of(read(text, "a.tex"))
    assert [(kind, " ".join(words.split())) for kind, words, _ in found] == [
        ("prose", "See the site <https://a.example>, Figure map [ada, p. 3]."),
        ("prose", "The Heron needs a_1 & b: a boat costs 30 euros, 10 m². At 5 km, §3, type go."),
        ("lines", "int a = {1; % kept b & c;"),
        ("lines", "Boat | Fee Large Owl | 5"),
    ]


def test_commands_of_latex_that_define_each_other_end() -> None:
    commands = r"\newcommand{\one}{\two\two}\newcommand{\two}{\one\one}"
    text = commands + r"\begin{document}Words \one.\end{document}"
    assert texts_of(read(text, "a.tex")) == ["Words ."]


@pytest.mark.parametrize(
    ("wrong", "end"),
    [
        ("DTSTART:soon", "END:VCALENDAR\n"),
        ("no line of a calendar", "END:VCALENDAR\n"),
        ("DTSTART;TZID=Nowhere/Land:20201301T250000", ""),
    ],
)
def test_a_wrong_line_of_a_calendar_costs_only_itself(wrong: str, end: str) -> None:
    calendar = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nSUMMARY:Ferry\\, old\n"
        f"{wrong}\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nSTATUS:CANCELLED\n"
        f"SUMMARY:Owl\nDTSTART:20200214T113000Z\nEND:VEVENT\n{end}"
    )
    first, second = texts_of(read(calendar, "a.ics"))
    assert first.splitlines()[0] == "Summary: Ferry, old"
    assert first.splitlines()[-1] == "Repeats: FREQ=WEEKLY"
    assert second == "Summary: Owl\nStart: 2020-02-14 11:30:00+00:00\nStatus: CANCELLED"


def test_all_calendars_of_a_file_are_read() -> None:
    one = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nSUMMARY:{}\nEND:VEVENT\n"
    calendars = "".join(f"{one.format(name)}END:VCALENDAR\n" for name in ("Ferry", "Owl"))
    assert texts_of(read(calendars, "a.ics")) == ["Summary: Ferry", "Summary: Owl"]
