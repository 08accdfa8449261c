"""Real files of older Office programs: tests/data/office/README.md says whose they are."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZipFile

import pytest

from index import Document, DocumentError, Metadata
from index.corpus.readers import old_word, reader_for, xls, xlsb_sheets
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.ole_properties import ole_metadata
from index.corpus.readers.xlsb_sheets import layout
from tests.conftest import ROOT
from tests.index.corpus.readers.blocks import assert_passages_stand_where_they_say, texts_of


def read(name: str) -> Document:
    document = reader_for(name)((ROOT / "tests/data/office" / name).read_bytes(), name, "id")
    assert_passages_stand_where_they_say(document)
    return document


def test_hidden_rows_and_columns_of_xls_are_left_out_and_named() -> None:
    document = read("hidden.xls")
    assert texts_of(document)[:2] == ["1 | 3 | 5 | 7 | 9", "31 | 33 | 35 | 37 | 39"]
    assert document.notes == ("left out of Sheet1: hidden rows 2, 4, 5, hidden columns B, D, F, H",)


def test_a_merged_cell_of_xls_stands_in_every_row_that_it_covers() -> None:
    document = read("merged.xls")
    assert texts_of(document) == ["1 | 2 | 3", "1 | 5 | 6", "1 | 8 | 9", "10 | 11"]
    assert document.metadata.authors == ("jaska",)
    assert document.metadata.date == dt.date(2017, 12, 6)


@pytest.mark.parametrize("name", ["dates.xls", "dates.xlsb"])
def test_dates_and_times_are_as_in_iso_8601(name: str) -> None:
    document = read(name)
    assert texts_of(document)[0] == "Date: 2014-12-25\nTime: 11:11:11"
    assert (document.blocks[0].location.sheet, document.blocks[0].location.row) == ("Sheet1", 2)


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1.5, "[h]:mm", "36:00:00"),
        (1.5, "[mm]:ss", "36:00:00"),
        (0.5, "h:mm", "12:00:00"),
        (42000.5, "[Magenta]d.m.yyyy", "2014-12-27 12:00:00"),
        (-1.0, "d.m.yyyy", "-1"),
    ],
)
def test_a_number_of_xls_is_shown_as_its_format_says(value: float, form: str, shown: str) -> None:
    assert xls._moment(value, form, 0) == shown


def test_a_page_or_a_newer_workbook_may_be_named_xls() -> None:
    page = b"<html><body><table><tr><td>Boat</td><td>Berth</td></tr></table></body></html>"
    assert texts_of(reader_for("a.xls")(page, "a.xls", "id")) == ["Boat | Berth"]
    with pytest.raises(DocumentError, match=r"^a\.xls: .* an Excel workbook \(\.xlsx\)"):
        reader_for("a.xls")(b"PK\x03\x04", "a.xls", "id")


def record(kind: int, content: bytes) -> bytes:
    """Return a record of a binary workbook."""
    length, sizes = len(content), bytearray()
    while not sizes or length:
        sizes.append(length & 0x7F | (0x80 if length > 127 else 0))
        length >>= 7
    return bytes([kind & 0x7F | 0x80, kind >> 7] if kind > 127 else [kind]) + bytes(sizes) + content


def test_hidden_and_merged_cells_of_xlsb_are_found() -> None:
    shown = record(0, struct.pack("<2I4B", 0, 0, 0, 0, 0, 0))
    hidden = record(0, struct.pack("<2I4B", 4, 0, 0, 0, 0, 0x10))
    columns = record(60, struct.pack("<4I2B", 1, 2, 0, 0, 1, 0))
    merged = record(176, struct.pack("<4I", 0, 1, 0, 2))
    found = layout(shown + hidden + columns + merged)
    assert (set(found.hidden.rows), set(found.hidden.columns)) == ({5}, {1, 2})
    [area] = found.merged
    assert (area.first_row, area.last_row, area.column, area.width) == (1, 2, 0, 3)


def test_numbers_of_xlsb_are_shown_in_their_formats() -> None:
    forms = iter(["00000", "[$€-407]\\ #,##0.00"])
    values = iter([742.0, 1234.5])

    def change(kind: int, content: bytes) -> tuple[int, bytes]:
        if kind == 44:  # a number format
            form = next(forms)
            return kind, content[:2] + struct.pack("<I", len(form)) + form.encode("utf-16-le")
        if kind in (2, 5) and (value := next(values, None)):  # a number
            return 5, content[:8] + struct.pack("<d", value)
        return kind, content

    parts = {"xl/styles.bin": change, "xl/worksheets/sheet1.bin": change}
    document = reader_for("a.xlsb")(_changed(parts), "a.xlsb", "id")
    assert texts_of(document)[0] == "Date: 00742\nTime: € 1,234.50"


def _changed(parts: Mapping[str, Callable[[int, bytes], tuple[int, bytes]]]) -> bytes:
    """Return a real workbook with other records in some of its parts."""
    written = BytesIO()
    with (
        ZipFile(ROOT / "tests/data/office/dates.xlsb") as source,
        ZipFile(written, "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if change := parts.get(name):
                part = b"".join(record(*change(*one)) for one in xlsb_sheets._records(part))
            target.writestr(name, part)
    return written.getvalue()


def test_damaged_properties_cost_only_themselves() -> None:
    data = bytearray((ROOT / "tests/data/office/merged.xls").read_bytes())
    at = data.index("\x05SummaryInformation".encode("utf-16-le"))
    data[at + 116 : at + 120] = b"\xff\xff\xff\x7f"  # where its stream begins
    assert ole_metadata(bytes(data), "a.xls").title == "a"
    assert ole_metadata(b"no such thing", "b.xls").title == "b"


def test_a_message_that_is_attached_to_one_of_outlook_is_read_with_its_headers() -> None:
    document = read("outer.msg")
    assert document.metadata.title == "outer subject"
    assert texts_of(document) == [
        "To: outer@foo.bar\nSubject: outer subject",
        "Outer body",
        "To: test@foobar.com\nSubject: test",
        "body",
    ]


def test_an_old_word_document_is_read_with_what_it_states() -> None:
    document = read("word97.doc")
    assert texts_of(document) == ["Test OLE file, saved as Word 97-2003 Document."]
    assert document.metadata.authors == ("Laurence Ipsum",)
    assert document.metadata.date == dt.date(2014, 4, 11)


@pytest.mark.parametrize(
    ("text", "notes", "expected"),
    [
        ("One.\rTwo\x0bmore.\r", "", ["One.", "Two\nmore."]),
        ("See \x13 REF x \\h \x143.1\x15.\r", "", ["See 3.1."]),
        ("\x13TOC\x14a \x13 PAGEREF b \x147\x15\x15\r", "", ["a 7"]),
        (
            "Called\x02 here\x02.\r",
            " First.\r| Second.\r",
            ["Called [First] here [Second]."],
        ),
        ("a\x07b\x07\x07c\x07\x07\x07After.\r", "", ["a | b\nc |", "After."]),
        ("a\x07b\rmore\x07\x07", "", ["a | b more"]),
    ],
)
def test_fields_notes_and_tables_of_old_word_are_read_as_they_are_shown(
    text: str, notes: str, expected: list[str]
) -> None:
    assembly = Assembly()
    old_word._add(old_word._with_notes(text, notes.split("|")), assembly)
    assert texts_of(assembly.document("id", "a.doc", Metadata("a"))) == expected


def test_footnotes_and_endnotes_of_old_word_come_in_the_order_of_their_calls() -> None:
    main, foot, head, end = (
        "a\x02b\x02c\x02\r",
        "\x02 foot one\r\x02 foot two\r",
        "head\r",
        "\x02 end\r",
    )
    stream = bytearray(0x300)
    struct.pack_into("<6i", stream, 0x4C, len(main), len(foot), len(head), 0, 0, len(end))
    calls = {0xAA: (1, 5), 0x20A: (3,)}
    table = b""
    for place, places in calls.items():
        ends = struct.pack(f"<{len(places) + 1}I", *places, len(main)) + bytes(2 * len(places))
        struct.pack_into("<2I", stream, place, len(table), len(ends))
        table += ends
    lengths = struct.unpack_from("<6i", stream, 0x4C)
    notes = old_word._notes(bytes(stream), table, main + foot + head + end, lengths)
    assert old_word._with_notes(main, notes) == "a [foot one]b [end]c [foot two]\r"


def test_an_old_word_document_that_cannot_be_read_says_why() -> None:
    data = (ROOT / "tests/data/office/word97.doc").read_bytes()
    at = data.index(b"\xec\xa5\xc1\x00")
    for change, reason in [
        (b"\xec\xa5\x65\x00", "older than Word 97"),
        (b"\xdc\xa5", "older than"),
    ]:
        changed = data[:at] + change + data[at + len(change) :]
        with pytest.raises(DocumentError, match=rf"^a\.doc: is {reason}"):
            old_word.read_doc(changed, "a.doc", "id")
    encrypted = data[: at + 11] + bytes([data[at + 11] | 1]) + data[at + 12 :]
    with pytest.raises(DocumentError, match=r"^a\.doc: is encrypted"):
        old_word.read_doc(encrypted, "a.doc", "id")
    with pytest.raises(DocumentError, match=r"^a\.doc: is not a Word document"):
        old_word.read_doc(b"Words.", "a.doc", "id")
