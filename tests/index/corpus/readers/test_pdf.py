from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF

from index import Document, DocumentError
from index.corpus.readers import pdf as module
from index.corpus.readers.pdf import read_pdf
from index.types import Location
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    blocks_of,
    texts_of,
)
from tests.index.corpus.readers.pdf_files import LEFT, LINE, TOP, write

if TYPE_CHECKING:
    from tests.index.corpus.readers.pdf_writer import Writer


def read(pdf: FPDF | bytes, path: str = "deep/some-paper.pdf", **options: str) -> Document:
    return read_pdf(pdf if isinstance(pdf, bytes) else bytes(pdf.output()), path, "id", **options)


def pages_of(document: Document) -> list[int | None]:
    return [block.location.page for block in document.blocks]


def test_lines_become_paragraphs_that_are_cited_by_their_page() -> None:
    pdf = write()
    pdf.lines("The moon pulls the sea, and the sea", "rises twice a day.")
    pdf.lines("A second paragraph stands apart", "from the first one.", top=TOP + 20)
    pdf.add_page()
    pdf.lines("The next page.")
    document = read(pdf)
    assert texts_of(document) == [
        "The moon pulls the sea, and the sea\nrises twice a day.",
        "A second paragraph stands apart\nfrom the first one.",
        "The next page.",
    ]
    assert pages_of(document) == [1, 1, 2]
    assert document.blocks[-1].location == Location(page=2)
    assert (document.pages, document.blank_pages, document.scanned_pages) == (2, (), ())
    assert_passages_stand_where_they_say(document)


def test_a_short_last_line_does_not_break_a_page_of_two_lines() -> None:
    pdf = write()
    pdf.lines("The repair of the ferry cost 41,200 pounds and was paid by", "the board.")
    assert [block.kind for block in read(pdf).blocks] == ["prose"]


def test_pages_without_text_are_reported() -> None:
    pdf = write(pages=2)
    pdf.lines("Words.").add_page()
    pdf.rect(10, 10, 100, 100)
    document = read(pdf)
    assert (document.pages, document.blank_pages) == (3, (1, 3))


@pytest.mark.parametrize(
    ("lines", "mended"),
    [
        (["It was an exam-", "ple of copper."], "It was an example\nof copper."),
        (["We saw Schwarz-", "Weiss there."], "We saw Schwarz-Weiss\nthere."),
        (["A well-known man is a well-", "known man."], "A well-known man is a well-known\nman."),
    ],
)
def test_words_parted_at_the_end_of_a_line_are_mended(lines: list[str], mended: str) -> None:
    assert texts_of(read(write().lines(*lines))) == [mended]


def with_running_lines(head: Callable[[int], str]) -> Writer:
    pdf = write(pages=0)
    for number in range(1, 5):
        pdf.add_page()
        pdf.lines(head(number), top=10)
        pdf.lines(f"Only page {number * number} says {'x' * number}", "and ends.")
        pdf.lines(f"{number + 6}", left=100, top=285)
    return pdf


@pytest.mark.parametrize(
    "head",
    [
        lambda number: "Annual report",
        lambda number: f"Annual report - page {number} of 4",
        lambda number: f"{number + 6} Chapter {'one' if number < 3 else 'two'}",
    ],
    ids=["same", "numbered", "chapters"],
)
def test_running_heads_and_feet_are_left_out(head: Callable[[int], str]) -> None:
    document = read(with_running_lines(head))
    assert texts_of(document) == [
        f"Only page {number * number} says {'x' * number}\nand ends." for number in range(1, 5)
    ]


def test_rows_of_a_table_and_large_titles_are_no_running_heads() -> None:
    pdf = write(pages=0)
    for number in range(1, 5):
        pdf.add_page()
        pdf.set_font_size(20)
        pdf.lines("Results", top=10)
        pdf.set_font_size(10)
        pdf.lines(*(f"{number * 17 + row} {row * number * 3}.5 copper" for row in range(12)))
    texts = "\n".join(texts_of(read(pdf)))
    assert texts.count("Results") == 4
    assert texts.count("copper") == 48


def test_two_columns_drawn_line_by_line_are_read_one_after_the_other() -> None:
    left = ["The quick brown fox jumps over", "the lazy dog and runs away from", "it because"]
    right = ["Meanwhile another column speaks", "of different things such as tin", "and zinc"]
    pdf = write().lines("A title that stands over both of the columns and is as wide as they are.")
    for number, (one, two) in enumerate(zip(left * 2, right * 2, strict=True)):
        pdf.lines(one, top=50 + LINE * number)
        pdf.lines(two, left=110, top=50 + LINE * number)
    text = " ".join(read(pdf).text.split())
    assert " ".join(left * 2) in text
    assert " ".join(right * 2) in text


def test_a_table_comes_as_lines_row_by_row() -> None:
    pdf = write()
    for number, row in enumerate([("Name", "Metres"), ("Oak", "20"), ("Ash", "25"), ("Elm", "30")]):
        for column, cell in enumerate(row):
            pdf.lines(cell, left=LEFT + 50 * column, top=TOP + LINE * number)
    assert blocks_of(read(pdf)) == [("lines", "Name | Metres\nOak | 20\nAsh | 25\nElm | 30", ())]


def test_a_table_that_goes_on_over_a_page_has_its_header_on_each_and_before_every_few_rows() -> (
    None
):
    pdf = write()
    rows = [("Tree", "Metres"), *((f"Oak {one}", str(20 + one)) for one in range(10))]
    for number, row in enumerate([*rows, ("Elm a", "7"), ("Elm b", "8"), ("Elm c", "9")]):
        if number == len(rows):
            pdf.add_page()
        for column, cell in enumerate(row):
            line = number % len(rows)
            pdf.lines(cell, left=LEFT + 50 * column, top=TOP + LINE * line)
    first, second = texts_of(read(pdf))
    assert first.split("\n")[:2] == ["Tree | Metres", "Oak 0 | 20"]
    assert first.split("\n")[9:11] == ["Tree | Metres", "Oak 8 | 28"]
    assert second == "Tree | Metres\nElm a | 7\nElm b | 8\nElm c | 9"


def test_a_table_of_other_columns_on_the_next_page_keeps_its_own_header() -> None:
    pdf = write()
    tables: list[list[tuple[str, ...]]] = [
        [("Name", "Metres"), ("Oak", "20"), ("Ash", "25"), ("Elm", "30")],
        [("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9")],
    ]
    for place, table in enumerate(tables):
        if place:
            pdf.add_page()
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                pdf.lines(cell, left=LEFT + 50 * column, top=TOP + LINE * number)
    assert texts_of(read(pdf))[1] == "1 | 2 | 3\n4 | 5 | 6\n7 | 8 | 9"


def test_three_short_columns_are_read_one_after_the_other() -> None:
    columns = [
        ["Apples are stored", "in the cool loft", "until March."],
        ["Pears are stored", "in dry sand in", "the lower cellar."],
        ["Plums are dried", "on the flat roof", "in September."],
    ]
    pdf = write()
    for number in range(3):
        for place, column in enumerate(columns):
            pdf.lines(column[number], left=LEFT + 55 * place, top=TOP + LINE * number)
    assert texts_of(read(pdf)) == ["\n".join(column) for column in columns]


def test_a_cell_that_is_empty_or_wrapped_stays_in_its_column() -> None:
    rows = [("Boat", "Berth", "Note"), ("Heron", "", "sails well"), ("", "", "in winter")]
    rows += [("Gull", "7", "small"), ("Swift", "9", "fast"), ("Tern", "4", "")]
    pdf = write()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                pdf.lines(cell, left=LEFT + 50 * column, top=TOP + LINE * number)
    assert texts_of(read(pdf)) == [
        "Boat | Berth | Note\nHeron |  | sails well in winter\nGull | 7 | small\nSwift | 9 | fast\n"
        "Tern | 4 |"
    ]


def test_raised_and_lowered_figures_keep_their_meaning() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    for text, place in (
        *(("It held 3x10", "LINE"), ("6", "SUP"), (" cells of H", "LINE"), ("2", "SUB")),
        *(("O and 42", "LINE"), ("7", "SUP"), (" sacks.", "LINE")),
    ):
        pdf.char_vpos = place
        pdf.write(8, text)
    assert texts_of(read(pdf)) == ["It held 3x10⁶ cells of H₂O and 42⁷ sacks."]


def test_a_sentence_over_a_page_break_is_joined_and_cited_to_both_pages() -> None:
    pdf = write().lines("The ledger begins in 1802. The river took the bridge, and how the tim-")
    pdf.add_page()
    pdf.lines("ber was sold is told. The ferryman was Anselm Gray.")
    document = read(pdf)
    assert [(block.location.page, block.location.part) for block in document.blocks] == [
        *((1, None), (1, "1 to 2"), (2, None)),
    ]
    assert texts_of(document) == [
        "The ledger begins in 1802.",
        "The river took the bridge, and how the timber was sold is told.",
        "The ferryman was Anselm Gray.",
    ]


def test_a_footnote_does_not_part_a_sentence_that_goes_on_over_the_page() -> None:
    pdf = write().lines("The ledger was kept by the sisters of the")
    pdf.set_font("helvetica", size=8)
    pdf.lines("1 They were three.", top=250)
    pdf.add_page()
    pdf.lines("smith until the war. Then it was lost.")
    assert texts_of(read(pdf)) == [
        "1 They were three.",
        "The ledger was kept by the sisters of the\nsmith until the war.",
        "Then it was lost.",
    ]


def test_a_page_is_cited_by_its_label_too() -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    pdf.add_page(label_style="r", label_start=3)
    pdf.write(8, "A preface.")
    pdf.add_page(label_style="D", label_start=2)
    pdf.write(8, "Words.")
    places = [(block.location.page, block.location.part) for block in read(pdf).blocks]
    assert places == [(1, "iii"), (2, None)]


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_text_is_read_in_its_own_direction(angle: int) -> None:
    pdf = write()
    with pdf.rotation(angle, 105, 148):
        pdf.lines("The first line of the text, which", "goes on in the second.", left=70, top=140)
        pdf.lines("Another paragraph.", left=70, top=170)
    assert texts_of(read(pdf)) == [
        "The first line of the text, which\ngoes on in the second.",
        "Another paragraph.",
    ]


def test_headings_are_those_of_the_outline() -> None:
    pdf = write()
    for level, title in [(0, "Tides"), (1, "Spring tides"), (0, "Winds")]:
        pdf.start_section(title, level)
        pdf.set_y(pdf.get_y() + 10)
        pdf.lines(f"1.{level} {title}", "Words about it.", top=pdf.get_y())
    assert blocks_of(read(pdf)) == [
        ("heading", "1.0 Tides", ("1.0 Tides",)),
        ("prose", "Words about it.", ("1.0 Tides",)),
        ("heading", "1.1 Spring tides", ("1.0 Tides", "1.1 Spring tides")),
        ("prose", "Words about it.", ("1.0 Tides", "1.1 Spring tides")),
        ("heading", "1.0 Winds", ("1.0 Winds",)),
        ("prose", "Words about it.", ("1.0 Winds",)),
    ]


def test_without_an_outline_headings_are_what_is_set_larger() -> None:
    pdf = write()
    for size, text, top in [(20, "Tides", 20), (14, "Spring", 40), (10, "Words " * 9, 60)]:
        pdf.set_font_size(size)
        pdf.lines(text, top=top)
    document = read(pdf)
    assert [(kind, path) for kind, _, path in blocks_of(document)] == [
        ("heading", ("Tides",)),
        ("heading", ("Tides", "Spring")),
        ("prose", ("Tides", "Spring")),
    ]
    assert document.metadata.title == "Tides"


def test_metadata_is_what_the_file_states() -> None:
    pdf = write().lines("Words.")
    pdf.set_title("On tides")
    pdf.set_author("Ann Lee; Bo Chen")
    pdf.set_keywords("sea, moon")
    pdf.set_creation_date(dt.datetime(2021, 3, 4, 23, 59, tzinfo=dt.UTC))
    metadata = read(pdf).metadata
    assert (metadata.title, metadata.authors) == ("On tides", ("Ann Lee", "Bo Chen"))
    assert (metadata.date, metadata.tags) == (dt.date(2021, 3, 4), ("sea", "moon"))


@pytest.mark.parametrize("title", ["", "untitled", "(anonymous)"])
def test_a_title_that_says_nothing_is_none(title: str) -> None:
    pdf = write().lines("Words.")
    pdf.set_title(title)
    assert read(pdf).metadata.title == "some-paper"


@pytest.mark.parametrize("date", [b"D:20211304", b"yesterday", b"D:2021", b""])
def test_a_date_that_names_no_day_is_none(date: bytes) -> None:
    pdf = write().lines("Words.")
    pdf.set_creation_date(dt.datetime(2021, 3, 4, tzinfo=dt.UTC))
    data = bytes(pdf.output())
    stated = b"D:20210304000000Z"
    assert data.count(stated) == 1
    assert read(data.replace(stated, date.ljust(len(stated)))).metadata.date is None


def test_an_encrypted_file_is_refused_with_what_to_do() -> None:
    pdf = write().lines("Words.")
    from fpdf.enums import AccessPermission, EncryptionMethod

    pdf.set_encryption("owner", "user", EncryptionMethod.RC4, AccessPermission.all())
    with pytest.raises(DocumentError, match=r"^deep/some-paper\.pdf: is encrypted; save it"):
        read(pdf)


@pytest.mark.parametrize("data", [b"", b"Words.", b"PK\3\4", b"<html>"])
def test_what_is_no_pdf_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^deep/some-paper\.pdf: is not a PDF"):
        read(data)


def test_a_damaged_file_is_refused_by_name() -> None:
    with pytest.raises(DocumentError, match=r"^deep/some-paper\.pdf: cannot be read as a PDF"):
        read(b"%PDF-1.7\n" + b"\0" * 100)


def test_a_page_tree_that_loops_is_read_or_refused() -> None:
    loop = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>> endobj
trailer <</Root 1 0 R>>
%%EOF"""
    with pytest.raises(DocumentError, match=r"^deep/some-paper\.pdf: "):
        read(loop)


def test_a_bomb_of_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    with pytest.raises(DocumentError, match="has 3 pages, more than 2; split it"):
        read(write(pages=3))
