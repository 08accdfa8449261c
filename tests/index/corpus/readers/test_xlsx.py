from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment

from index import Document, DocumentError, Metadata
from index.corpus.readers.xlsx import read_xlsx
from tests.index.corpus.readers.archives import replaced
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    assert_read_or_refused,
)


def saved(workbook: Workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def made(*rows: Sequence[object], change: Callable[[Any], None] = lambda sheet: None) -> Document:
    """Read a workbook of one sheet, People, with these rows, after a change to it."""
    workbook = Workbook()
    workbook.active.title = "People"
    for row in rows:
        workbook.active.append(row)
    change(workbook.active)
    return read_xlsx(saved(workbook), "deep/some-book.xlsx", "id")


def rewritten(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the archive with one member changed."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return file.getvalue()


def texts_of(document: Document) -> dict[tuple[str | None, int | None], str]:
    return {
        (block.location.sheet, block.location.row): document.text[block.span.start : block.span.end]
        for block in document.blocks
    }


def test_each_row_of_each_sheet_stands_for_itself_with_its_header() -> None:
    workbook = Workbook()
    workbook.active.title = "People"
    for row in (["Name", "Age"], ["Al", 30], [], ["Bo", 40]):
        workbook.active.append(row)
    workbook.create_sheet("Towns").append(["Goma", 5])
    document = read_xlsx(saved(workbook), "a.xlsx", "id")
    assert texts_of(document) == {
        ("People", 2): "Name: Al\nAge: 30",
        ("People", 4): "Name: Bo\nAge: 40",
        ("Towns", 1): "Goma | 5",
    }
    assert [block.headings for block in document.blocks] == [("People",), ("People",), ("Towns",)]
    assert_passages_stand_where_they_say(document)


def as_share(sheet: Any) -> None:
    sheet["B2"].number_format = "0.0%"


def as_error(sheet: Any) -> None:
    sheet["B2"].data_type = "e"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (dt.datetime(2020, 2, 14), "2020-02-14"),
        (dt.date(2020, 2, 14), "2020-02-14"),
        (dt.datetime(2020, 2, 14, 9, 5), "2020-02-14 09:05:00"),
        (dt.time(9, 5), "09:05:00"),
        (dt.timedelta(hours=30), "30:00:00"),
        (True, "TRUE"),
        (0.1 + 0.2, "0.3"),
        (5.0, "5"),
        (1234567890123456, "1234567890123456"),
        ("one_x000D_\ntwo", "one\ntwo"),
        (" padded ", "padded"),
    ],
)
def test_values_are_shown_as_a_reader_sees_them(value: object, shown: str) -> None:
    assert texts_of(made(["a", "b"], ["x", value]))["People", 2] == f"a: x\nb: {shown}"


def test_shares_and_errors_are_shown_as_a_reader_sees_them() -> None:
    shares = made(["a", "b"], ["x", 0.07], change=as_share)
    assert texts_of(shares)["People", 2] == "a: x\nb: 7.0%"
    errors = made(["a", "b"], ["x", "#DIV/0!"], change=as_error)
    assert texts_of(errors)["People", 2] == "a: x\nb: #DIV/0!"


def test_raised_and_lowered_figures_keep_their_meaning() -> None:
    workbook = Workbook()
    for row in (["a", "b"], ["x", "POWER"]):
        workbook.active.append(row)
    run = '<r><rPr><vertAlign val="{}script"/></rPr><t>{}</t></r>'
    runs = f"<r><t>10</t></r>{run.format('super', 6)}<r><t> H</t></r>{run.format('sub', 2)}"
    inline, shared = (
        rb't="inlineStr"><is><t>POWER</t></is>',
        rb't="s"><v>0</v>',
    )
    data = rewritten(
        saved(workbook), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(inline, shared)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    data = rewritten(
        data, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", part.encode())
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}"><si>{runs}</si></sst>'
    data = replaced(data, "xl/sharedStrings.xml", strings)
    assert texts_of(read_xlsx(data, "a.xlsx", "id"))["Sheet", 2] == "a: x\nb: 10⁶ H₂"


def test_formulas_give_the_value_that_was_saved() -> None:
    workbook = Workbook()
    for row in (["a", "b"], ["x", "=1+1"], ["y", "=2+2"]):
        workbook.active.append(row)
    data = rewritten(
        saved(workbook),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb"(<f>1\+1</f>)<v ?/?>(?:</v>)?", rb"\1<v>2</v>", xml),
    )
    document = read_xlsx(data, "a.xlsx", "id")
    assert texts_of(document) == {("Sheet", 2): "a: x\nb: 2", ("Sheet", 3): "a: y"}
    assert document.notes == (
        "1 formulas in Sheet hold no value; open the workbook in a spreadsheet program and save it",
    )


def merging(*ranges: str) -> Callable[[Any], None]:
    def merge(sheet: Any) -> None:
        for one in ranges:
            sheet.merge_cells(one)

    return merge


def test_a_merged_cell_stands_in_every_row_that_it_covers() -> None:
    rows: list[list[object]] = [
        ["Region", "Town"],
        ["North", "Al"],
        [None, "Bo"],
        [None, "Ci"],
        [None, "Di"],
    ]
    assert texts_of(made(*rows, change=merging("A2:A4"))) == {
        ("People", 2): "Region: North\nTown: Al",
        ("People", 3): "Region: North\nTown: Bo",
        ("People", 4): "Region: North\nTown: Ci",
        ("People", 5): "Town: Di",
    }


def test_rows_that_hold_nothing_but_a_merged_cell_are_not_repeated() -> None:
    document = made(["a", "b"], ["x", "y"], change=merging("A2:B4"))
    assert list(texts_of(document)) == [("People", 2)]


def test_a_header_of_two_rows_names_its_columns_by_both() -> None:
    rows: list[list[object]] = [
        ["Town", 2020, None],
        [None, "Q1", "Q2"],
        ["Al", 1, 2],
        ["Bo", 3, 4],
    ]
    assert texts_of(made(*rows, change=merging("A1:A2", "B1:C1"))) == {
        ("People", 3): "Town: Al\n2020 Q1: 1\n2020 Q2: 2",
        ("People", 4): "Town: Bo\n2020 Q1: 3\n2020 Q2: 4",
    }


def test_texts_below_a_merged_name_are_a_row_and_no_header() -> None:
    rows: list[list[object]] = [
        ["Name", "Address", None],
        ["Al", "Road 1", "Goma"],
        ["Bo", "Road 2", "Bukavu"],
    ]
    found = texts_of(made(*rows, change=merging("B1:C1")))
    assert found["People", 2] == "Name: Al\nAddress: Road 1\nAddress: Goma"


def test_lone_texts_one_below_another_are_no_table() -> None:
    document = made(["Dashboard"], ["Status: active"], [], ["Summary"])
    assert list(texts_of(document).values()) == ["Dashboard", "Status: active", "Summary"]


def test_comments_are_left_out_and_counted() -> None:
    workbook = Workbook()
    workbook.active["A1"] = "Words."
    workbook.active["A1"].comment = Comment("Really?", "Ann")
    document = read_xlsx(saved(workbook), "a.xlsx", "id")
    assert document.notes == ("left out comments: 1",)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_noted(state: str) -> None:
    workbook = Workbook()
    workbook.active.append(["seen"])
    other = workbook.create_sheet("Lists")
    other.append(["secret"])
    other.sheet_state = state
    document = read_xlsx(saved(workbook), "a.xlsx", "id")
    assert (document.text, document.notes) == ("seen", ("left out hidden sheets: Lists",))


def test_metadata_is_what_the_workbook_states() -> None:
    workbook = Workbook()
    properties = workbook.properties
    properties.title, properties.creator, properties.keywords = "The title", "Ada; Bo", "x, y"
    properties.language = "de-CH"
    data = rewritten(
        saved(workbook),
        "docProps/core.xml",
        lambda xml: re.sub(
            rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2020-02-14T10:00:00Z", xml
        ),
    )
    assert read_xlsx(data, "a.xlsx", "id").metadata == Metadata(
        "The title",
        authors=("Ada", "Bo"),
        date=dt.date(2020, 2, 14),
        language="de",
        tags=("x", "y"),
    )


def test_a_workbook_that_states_no_date_has_none() -> None:
    data = rewritten(
        saved(Workbook()),
        "docProps/core.xml",
        lambda xml: re.sub(rb"<dcterms:.*</dcterms:\w+>", b"", xml),
    )
    assert read_xlsx(data, "deep/some-book.xlsx", "id").metadata == Metadata("some-book")


def test_a_cell_far_from_all_others_costs_no_memory() -> None:
    def write(sheet: Any) -> None:
        sheet["XFD40000"] = "far"

    assert texts_of(made(["near"], change=write)) == {
        ("People", 1): "near",
        ("People", 40_000): "far",
    }


def test_more_rows_than_a_sheet_can_have_are_refused() -> None:
    workbook = Workbook()
    workbook.active.append(["x"])
    data = rewritten(
        saved(workbook),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'r="1"', b'r="999999999"').replace(b'r="A1"', b'r="A999999999"'),
    )
    with pytest.raises(
        DocumentError, match=r"^a\.xlsx: a sheet of it has more than 1,048,576 rows"
    ):
        read_xlsx(data, "a.xlsx", "id")


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a0 "' + b"x" * 1000 + b'">'
    for level in range(1, 9):
        bomb += b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10)
    bomb += b"]>"
    workbook = Workbook()
    workbook.active.append(["x"])
    for member in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/core.xml"):
        data = rewritten(
            saved(workbook),
            member,
            lambda xml: re.sub(
                rb"^(<\?.*?\?>)?(.*?>)x?", rb"\1" + bomb + rb"\2&a8;", xml, count=1, flags=re.S
            ),
        )
        assert_read_or_refused(read_xlsx, data, "a.xlsx")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not an Excel workbook"),
        (b"words", "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is encrypted or of a format before"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.xlsx: {reason}"):
        read_xlsx(data, "a.xlsx", "id")


def test_an_archive_of_something_else_is_refused() -> None:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("words.txt", "words")
    with pytest.raises(DocumentError, match=r"^a\.xlsx: cannot be read as an Excel workbook"):
        read_xlsx(file.getvalue(), "a.xlsx", "id")


def sample() -> bytes:
    workbook = Workbook()
    for row in (["Name", "When"], ["Al", dt.datetime(2020, 2, 14)], ["Bo", 1.5]):
        workbook.active.append(row)
    workbook.active.merge_cells("A2:A3")
    return saved(workbook)


SAMPLE = sample()
with ZipFile(BytesIO(SAMPLE)) as members:
    MEMBERS = members.namelist()


@given(st.sampled_from(MEMBERS), st.data())
def test_a_damaged_workbook_is_read_or_refused_by_name(member: str, data: st.DataObject) -> None:
    def damage(content: bytes) -> bytes:
        changed = bytearray(content)
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(changed) - 1))
            changed[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
        return bytes(changed)

    assert_read_or_refused(read_xlsx, rewritten(SAMPLE, member, damage), "a.xlsx")


@given(st.binary(max_size=100), st.integers(0, len(SAMPLE)))
def test_a_workbook_cut_short_is_refused_by_name(tail: bytes, length: int) -> None:
    assert_read_or_refused(read_xlsx, SAMPLE[:length] + tail, "a.xlsx")


def test_hidden_rows_and_columns_are_left_out_and_named() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (("Boat", "Code", "Berth"), ("Heron", "4471", "7"), ("Gull", "1", "8")):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    document = read_xlsx(saved(workbook), "a.xlsx", "id")
    assert document.text == "Boat: Heron\nBerth: 7"
    assert document.notes == ("left out of Sheet: hidden rows 3, hidden columns B",)


def test_each_of_several_tables_on_a_sheet_has_its_own_header() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (("Boat", "Berth"), ("Heron", 7), (), ("Town", "People"), ("Arby", 120)):
        sheet.append(row)
    document = read_xlsx(saved(workbook), "a.xlsx", "id")
    assert document.text == "Boat: Heron\nBerth: 7\n\nTown: Arby\nPeople: 120"


def test_an_empty_row_alone_begins_no_table() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (("Boat", "Town"), ("Heron", "Arby"), (), ("Gull", "Belk"), ("Tern", "Corv")):
        sheet.append(row)
    document = read_xlsx(saved(workbook), "a.xlsx", "id")
    assert document.text.split("\n\n")[1] == "Boat: Gull\nTown: Belk"
