from __future__ import annotations

import pytest

from index import Document, Metadata
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.rows import add_rows
from index.corpus.readers.sheets import Cell, Row


def read(*rows: str, sheet: str | None = None) -> Document:
    """Read rows whose cells are parted by commas; a cell that ends with +1 covers one more."""
    assembly = Assembly()
    add_rows(
        (
            Row(
                number,
                tuple(
                    Cell(column, text.removesuffix("+1"), 1 + text.endswith("+1"))
                    for column, text in enumerate(row.split(","))
                    if text
                ),
            )
            for number, row in enumerate(rows, start=1)
        ),
        assembly,
        sheet,
    )
    return assembly.document("id", "a", Metadata("T"))


def texts_of(document: Document) -> dict[int | None, str]:
    return {
        block.location.row: document.text[block.span.start : block.span.end]
        for block in document.blocks
    }


def test_each_row_stands_for_itself_with_the_names_of_its_columns() -> None:
    assert texts_of(read("Name,Age", "Al,30", "Bo,40")) == {
        2: "Name: Al\nAge: 30",
        3: "Name: Bo\nAge: 40",
    }


def test_rows_keep_their_sheet_and_their_number() -> None:
    document = read("Name,Age", "", "Al,30", sheet="People")
    assert [(one.location.sheet, one.location.row) for one in document.blocks] == [("People", 3)]


def test_empty_cells_are_left_out_and_cells_beyond_the_header_have_no_name() -> None:
    assert texts_of(read("Name,,Age", "Al,,30,more", "Bo,x")) == {
        2: "Name: Al\nAge: 30\nmore",
        3: "Name: Bo\nx",
    }


def test_what_stands_above_a_table_is_no_header() -> None:
    assert texts_of(read("Annual report", "", "Name,Age,Town", "Al,30,Goma")) == {
        1: "Annual report",
        4: "Name: Al\nAge: 30\nTown: Goma",
    }


@pytest.mark.parametrize(
    "number",
    [
        "3",
        "-1.5",
        "$500000",
        "92%",
        "5 €",
        "1 000.50",
        "(20)",
        "3.2e5",
        "12 EUR",
        ".5",
        "2020-02-14",
    ],
)
def test_a_first_row_with_a_number_is_no_header(number: str) -> None:
    assert texts_of(read(f"Revenue,{number}", "Profit,4")) == {
        1: f"Revenue | {number}",
        2: "Profit | 4",
    }


@pytest.mark.parametrize("name", ["2010", "Q1", "24h", "5G", "a" * 200, "%", "1st", "$"])
def test_years_and_names_with_digits_are_names(name: str) -> None:
    assert texts_of(read(f"Country,{name}", "Chad,5")) == {2: f"Country: Chad\n{name}: 5"}


def test_a_long_text_is_no_name() -> None:
    assert texts_of(read(f"Country,{'a' * 201}", "Chad,5"))[2] == "Chad | 5"


def test_a_row_alone_is_text_and_no_header() -> None:
    assert texts_of(read("Name,Age")) == {1: "Name | Age"}


def test_a_sentence_below_a_table_has_no_name_of_a_column() -> None:
    document = read("Name,Age", "Al,30", "", "All of them are grown up.", "", "Bo,40")
    assert list(texts_of(document).values())[1:] == [
        "All of them are grown up.",
        "Name: Bo\nAge: 40",
    ]


def test_a_header_that_is_repeated_is_left_out() -> None:
    assert list(texts_of(read("Name,Age", "Al,30", "Name,Age", "Bo,40"))) == [2, 4]


def test_a_table_of_one_column_has_a_header_too() -> None:
    assert texts_of(read("Name", "Al", "Bo")) == {2: "Name: Al", 3: "Name: Bo"}


def test_a_merged_cell_names_all_columns_that_it_covers() -> None:
    assert texts_of(read("Name,Score+1,", "Al,1,2")) == {2: "Name: Al\nScore: 1\nScore: 2"}


def test_a_long_cell_is_prose_beside_the_lines_of_its_row() -> None:
    document = read("Name,Note,Age", f"Al,{'One sentence. ' * 20},30")
    assert [one.kind for one in document.blocks] == ["lines", "prose", "lines"]
    assert {one.location.row for one in document.blocks} == {2}
    assert "Name: Al\nNote: One sentence. One" in document.text


def test_without_rows_there_is_no_text() -> None:
    assert read().text == read("", ",,").text == ""


def lines_of(document: Document) -> list[str]:
    return [document.text[one.span.start : one.span.end] for one in document.blocks]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            ("Boat,Berth,,,", "Heron,7,,Fee,Price", "Swift,9,,Docking,30", ",,,Water,5"),
            [
                *("Boat: Heron\nBerth: 7", "Boat: Swift\nBerth: 9"),
                *("Fee: Docking\nPrice: 30", "Fee: Water\nPrice: 5"),
            ],
            id="headers-in-other-rows",
        ),
        pytest.param(
            ("Name,Phone,,Name,Phone", "Al,1,,Bo,2"),
            ["Name: Al\nPhone: 1", "Name: Bo\nPhone: 2"],
            id="headers-that-share-names",
        ),
        pytest.param(
            ("Boat,Berth,,Fee,Price", "Heron,7,,Docking,30", "Swift,9,,", "Gull,3,,"),
            [
                *("Boat: Heron\nBerth: 7", "Boat: Swift\nBerth: 9", "Boat: Gull\nBerth: 3"),
                "Fee: Docking\nPrice: 30",
            ],
            id="one-ends-well-above-the-other",
        ),
    ],
)
def test_tables_side_by_side_have_each_its_own_header_and_rows(
    rows: tuple[str, ...], expected: list[str]
) -> None:
    assert lines_of(read(*rows)) == expected


@pytest.mark.parametrize(
    "rows",
    [
        ("Boat,Berth,,Fee,Price", "Heron,7,,Docking,30"),
        ("Boat,Berth,,Fee,Price", "Heron,7,,Docking,30", "Swift,9,,,", "Gull,3,,Water,5"),
        ("Boat,Berth,,Note", "Heron,7,,", ",,,leaks"),
    ],
)
def test_an_empty_column_alone_parts_no_table(rows: tuple[str, ...]) -> None:
    assert len(read(*rows).blocks) == len(rows) - 1


def test_a_row_that_is_only_repeated_is_no_header() -> None:
    assert lines_of(read("a,b", "a,b")) == ["a | b", "a | b"]


def test_the_name_of_an_empty_column_is_kept() -> None:
    assert texts_of(read("Name,Age,Remarks", "Al,30", "Bo,40")) == {
        1: "Name | Age | Remarks",
        2: "Name: Al\nAge: 30",
        3: "Name: Bo\nAge: 40",
    }
