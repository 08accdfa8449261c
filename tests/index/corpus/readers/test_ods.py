from __future__ import annotations

import datetime as dt

import pytest

from index import Document, DocumentError
from index.corpus.readers.ods import read_ods
from tests.index.corpus.readers.archives import LAUGHS, NO_ARCHIVES, zip_of
from tests.index.corpus.readers.blocks import assert_passages_stand_where_they_say, texts_of
from tests.index.corpus.readers.test_odt import META, SPACES

HIDDEN_STYLE = (
    '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
)


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    texts = (one if one.startswith("<") else cell(one) for one in cells)
    return f"<table:table-row {more}>{''.join(texts)}</table:table-row>"


def sheet(*content: str, name: str = "Boats", more: str = "") -> str:
    return f'<table:table table:name="{name}" {more}>{"".join(content)}</table:table>'


def read(*sheets: str) -> Document:
    content = (
        f"<office:document-content {SPACES}>{HIDDEN_STYLE}<office:body><office:spreadsheet>"
        f"{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>"
    )
    stated = (
        f'<office:document-meta {SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:meta>{META}</office:meta></office:document-meta>"
    )
    document = read_ods(zip_of({"content.xml": content, "meta.xml": stated}), "deep/a.ods", "id")
    assert_passages_stand_where_they_say(document)
    return document


def test_each_row_of_each_sheet_stands_for_itself_with_its_header() -> None:
    document = read(sheet(row("Boat", "Berth"), row("Heron", "7")), sheet(row("Words"), name="B"))
    assert texts_of(document) == ["Boat: Heron\nBerth: 7", "Words"]
    places = [(one.location.sheet, one.location.row) for one in document.blocks]
    assert places == [("Boats", 2), ("B", 1)]


def test_values_are_as_they_are_shown_but_dates_as_in_iso_8601() -> None:
    document = read(
        sheet(
            row(
                cell("007", 'office:value="7"'),
                cell("-£10.50", 'office:value="-10.5"'),
                cell("5/3/20", 'office:date-value="2020-03-05"'),
                cell("5/3/20 1:02", 'office:date-value="2020-03-05T01:02:00"'),
                '<table:table-cell office:value="3"/>',
                cell("one</text:p><text:p>two"),
            )
        )
    )
    assert texts_of(document) == ["007 | -£10.50 | 2020-03-05 | 2020-03-05 01:02:00 | 3 | one two"]


def test_hidden_sheets_rows_columns_and_comments_are_left_out_and_named() -> None:
    columns = (
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>'
    )
    remark = "<office:annotation><text:p>A remark.</text:p></office:annotation>"
    document = read(
        sheet(
            columns,
            row("Boat", "Berth", "Price"),
            row("Heron", "7", "100"),
            '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>',
            row("Ghost", "8", "200", more='table:visibility="filter"'),
            f"<table:table-row><table:table-cell>{remark}<text:p>Swift</text:p></table:table-cell>"
            f"{cell('9')}{cell('300')}</table:table-row>",
        ),
        sheet(row("Secret"), name="Notes", more='table:style-name="ta2"'),
    )
    assert texts_of(document) == ["Boat: Heron\nBerth: 7", "Boat: Swift\nBerth: 9"]
    assert document.blocks[1].location.row == 7
    assert document.notes == (
        "left out hidden sheets: Notes",
        "left out of Boats: hidden rows 6, hidden columns C",
        "left out comments: 1",
    )


def test_merged_and_repeated_cells_stand_wherever_they_cover() -> None:
    document = read(
        sheet(
            row("Port", "Boat"),
            row(cell("Baku", 'table:number-rows-spanned="2"'), "Heron"),
            row("<table:covered-table-cell/>", "Swift"),
            row(cell("same", 'table:number-columns-repeated="2"')),
            row("a", "b", more='table:number-rows-repeated="2"'),
        )
    )
    assert texts_of(document) == [
        *("Port: Baku\nBoat: Heron", "Port: Baku\nBoat: Swift", "Port: same\nBoat: same"),
        *("Port: a\nBoat: b", "Port: a\nBoat: b"),
    ]


def test_metadata_is_what_the_file_states() -> None:
    found = read(sheet(row("Words"))).metadata
    assert (found.title, found.authors, found.date) == (
        "Tides",
        ("Ann Lee",),
        dt.date(2021, 3, 4),
    )


def test_a_cell_that_says_it_repeats_without_end_costs_no_memory() -> None:
    wide = cell("x", 'table:number-columns-repeated="999999999"')
    document = read(sheet(row(wide, more='table:number-rows-repeated="2"')))
    assert len(texts_of(document)) == 2


@pytest.mark.parametrize(("data", "reason"), NO_ARCHIVES)
def test_what_is_no_spreadsheet_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.ods: {reason}"):
        read_ods(data, "a.ods", "id")


def test_no_entity_is_expanded() -> None:
    content = f"{LAUGHS}<office:document-content {SPACES}>&e;</office:document-content>"
    assert read_ods(zip_of({"content.xml": content}), "a.ods", "id").text == ""
