from __future__ import annotations

import pytest
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from index.corpus.readers.pptx_numbering import numbers_of
from tests.index.corpus.readers.blocks import texts_of
from tests.index.corpus.readers.test_pptx import add_slide, add_text, read


def paragraph(scheme: str, level: int = 0, start: str = "", text: str = "x") -> str:
    bullet = f'<a:buAutoNum type="{scheme}"{start}/>' if scheme else ""
    run = f"<a:r><a:t>{text}</a:t></a:r>" if text else ""
    return f'<a:p><a:pPr lvl="{level}">{bullet}</a:pPr>{run}</a:p>'


def numbers(*paragraphs: str) -> list[str]:
    return list(numbers_of(parse_xml(f"<a:x {nsdecls('a')}>{''.join(paragraphs)}</a:x>")))


def test_paragraphs_are_counted_over_deeper_levels_and_empty_ones() -> None:
    period, bracket = "arabicPeriod", "alphaLcParenR"
    assert numbers(
        paragraph(period, 0, ' startAt="3"'),
        paragraph(bracket, 1),
        paragraph(bracket, 1),
        paragraph(period, 0, ' startAt="3"', text=""),
        paragraph(period, 0, ' startAt="3"'),
        paragraph(bracket, 1),
    ) == ["3. ", "a) ", "b) ", "", "4. ", "a) "]


def test_another_scheme_or_a_paragraph_without_a_number_begins_anew() -> None:
    assert numbers(
        paragraph("arabicPlain"), paragraph("romanUcParenBoth"), paragraph(""), paragraph("arabicX")
    ) == ["1 ", "(I) ", "", "1. "]


@pytest.mark.parametrize(
    ("scheme", "number"), [("circleNumDbPlain", "① "), ("ea1ChsPeriod", "一. "), ("", "")]
)
def test_a_scheme_says_how_numbers_are_written(scheme: str, number: str) -> None:
    assert numbers(paragraph(scheme)) == [number]


def test_the_steps_on_a_slide_have_their_numbers_in_shapes_and_tables() -> None:
    presentation = Presentation()
    slide = add_slide(presentation)
    table = slide.shapes.add_table(2, 2, Inches(0), Inches(2), Inches(4), Inches(1)).table
    for row, words in enumerate((("Step", "Who"), ("Open", "Ida"))):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    properties = table.cell(1, 0).text_frame.paragraphs[0]._p.get_or_add_pPr()
    properties.append(parse_xml(f'<a:buAutoNum {nsdecls("a")} type="arabicPeriod"/>'))
    assert texts_of(read(presentation)) == ["Step | Who\n1. Open | Ida"]


def test_hidden_shapes_are_left_out_and_counted() -> None:
    presentation = Presentation()
    slide = add_slide(presentation)
    add_text(slide.shapes, "Seen.")
    add_text(slide.shapes, "Code 4471")
    slide.shapes[1]._element.nvSpPr.cNvPr.set("hidden", "1")
    document = read(presentation)
    assert texts_of(document) == ["Seen."]
    assert document.notes == ("left out hidden shapes: 1",)
