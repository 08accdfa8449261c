from __future__ import annotations

import pytest
from fpdf import FPDF

from index import Document
from index.corpus.readers.pdf import read_pdf
from tests.index.corpus.readers.blocks import assert_passages_stand_where_they_say, texts_of

BERTHS = (("Berth", "Note", "Fee"), ("Alder", "deep", "180"), ("Birch", "shallow", "210"))
PROSE = "The committee met in the hall and heard the keeper, who asked for more lamps. " * 4


class Sheet(FPDF):
    """A page in points, on which texts and boxes are put where they are wanted."""

    def __init__(self) -> None:
        super().__init__(unit="pt")
        self.set_font("helvetica", size=10)
        self.add_page()

    def cell_at(self, left: float, top: float, width: float, height: float, *lines: str) -> None:
        self.rect(left, top, width, height)
        for number, line in enumerate(lines):
            self.text(left + 4, top + 12 + 12 * number, line)


def read(pdf: FPDF) -> Document:
    document = read_pdf(bytes(pdf.output()), "deep/some-paper.pdf", "id")
    assert_passages_stand_where_they_say(document)
    return document


def test_the_lines_of_a_ruled_cell_stand_in_one_row() -> None:
    sheet = Sheet()
    for row, note in enumerate((["Note"], ["near the mill,", "shallow at ebb"], ["by the quay"])):
        for column, lines in enumerate(([f"Berth {row}"], note, [f"{row}80"])):
            sheet.cell_at(60 + 120 * column, 80 + 30 * row, 120, 30, *lines)
    assert texts_of(read(sheet)) == [
        "Berth 0 | Note | 080\n"
        "Berth 1 | near the mill, shallow at ebb | 180\n"
        "Berth 2 | by the quay | 280"
    ]


def test_merged_cells_stand_wherever_they_cover() -> None:
    sheet = Sheet()
    sheet.cell_at(60, 80, 100, 40, "Town")
    sheet.cell_at(160, 80, 200, 20, "Fee")
    for column, name in enumerate(("Day", "Week")):
        sheet.cell_at(160 + 100 * column, 100, 100, 20, name)
    for column, text in enumerate(("Belk", "30", "150")):
        sheet.cell_at(60 + 100 * column, 120, 100, 20, text)
    assert texts_of(read(sheet)) == ["Town | Fee | Fee\nTown | Day | Week\nBelk | 30 | 150"]


def test_words_that_only_a_rule_parts_are_in_two_cells() -> None:
    sheet = Sheet()
    for row, words in enumerate((("Code", "Value"), ("AA-10", "1234"), ("AA-20", "6789"))):
        width = sheet.get_string_width("AA-10") + 1
        for column, word in enumerate(words):
            sheet.rect(60 + width * column, 80 + 16 * row, width, 16)
            sheet.text(60.5 + width * column, 92 + 16 * row, word)
    assert texts_of(read(sheet)) == ["Code | Value\nAA-10 | 1234\nAA-20 | 6789"]


def test_rows_without_rules_between_them_are_rows() -> None:
    sheet = Sheet()
    sheet.rect(60, 80, 300, 100)
    for line in ((60, 100, 360, 100), (160, 80, 160, 180), (260, 80, 260, 180)):
        sheet.line(*line)
    for row, texts in enumerate((*BERTHS, ("Cedar", "deep", "240"))):
        for column, text in enumerate(texts):
            sheet.text(66 + 100 * column, 95 + 18 * row, text)
    assert texts_of(read(sheet)) == [
        "Berth | Note | Fee\nAlder | deep | 180\nBirch | shallow | 210\nCedar | deep | 240"
    ]


def test_a_header_that_is_repeated_on_each_page_is_no_running_head() -> None:
    sheet = Sheet()
    for page in range(3):
        if page:
            sheet.add_page()
        for row, texts in enumerate((BERTHS[0], *((f"B{page}{n}", "deep", "9") for n in range(3)))):
            for column, text in enumerate(texts):
                sheet.cell_at(60 + 100 * column, 40 + 20 * row, 100, 20, text)
    assert [text.partition("\n")[0] for text in texts_of(read(sheet))] == ["Berth | Note | Fee"] * 3


@pytest.mark.parametrize("turned", [0, 90])
def test_a_table_is_read_in_the_direction_of_its_text(turned: float) -> None:
    sheet = Sheet()
    with sheet.rotation(turned, 300, 400):
        for row, texts in enumerate(BERTHS):
            for column, text in enumerate(texts):
                sheet.cell_at(150 + 100 * column, 300 + 20 * row, 100, 20, text)
    assert texts_of(read(sheet)) == [
        "Berth | Note | Fee\nAlder | deep | 180\nBirch | shallow | 210"
    ]


def test_frames_around_texts_are_no_table() -> None:
    sheet = Sheet()
    for row in range(2):
        for column in range(2):
            sheet.rect(60 + 250 * column, 80 + 150 * row, 250, 150)
            sheet.set_xy(64 + 250 * column, 84 + 150 * row)
            sheet.multi_cell(230, 12, PROSE)
    assert "|" not in read(sheet).text


def test_the_grid_of_a_chart_is_no_table() -> None:
    sheet = Sheet()
    for number in range(6):
        sheet.line(100, 100 + 30 * number, 400, 100 + 30 * number)
        sheet.line(100 + 60 * number, 100, 100 + 60 * number, 250)
        sheet.text(80, 103 + 30 * number, str(50 - 10 * number))
    sheet.text(180, 150, "fees")
    assert "|" not in read(sheet).text


def test_a_page_full_of_rules_is_read_in_good_time() -> None:
    sheet = Sheet()
    for number in range(2_000):
        sheet.line(10, 10 + number / 3, 500, 10 + number / 3)
        sheet.line(10 + number / 5, 10, 10 + number / 5, 700)
    sheet.text(60, 800, "Words.")
    assert texts_of(read(sheet)) == ["Words."]
