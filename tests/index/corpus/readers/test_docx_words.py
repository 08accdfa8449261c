from __future__ import annotations

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.index.corpus.readers.blocks import texts_of
from tests.index.corpus.readers.test_docx import read, run, with_body

DELETED_END = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'


def test_a_style_hides_text_where_the_one_that_it_is_based_on_does() -> None:
    word = docx.Document()
    style = word.styles.add_style("Secret", WD_STYLE_TYPE.PARAGRAPH)
    style.font.hidden = True
    other = word.styles.add_style("Inner", WD_STYLE_TYPE.PARAGRAPH)
    other.base_style = style
    paragraph = word.add_paragraph("4471", other)
    paragraph.add_run("Shown.").font.hidden = False
    document = read(word)
    assert texts_of(document) == ["Shown."]
    assert document.notes == ("left out hidden text",)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    first = f"<w:p>{DELETED_END}{run('The gate ')}</w:p>"
    assert texts_of(read(with_body(f"{first}<w:p>{run('is shut.')}</w:p>"))) == [
        "The gate is shut."
    ]


def test_the_last_paragraph_is_read_although_its_end_was_deleted() -> None:
    word = docx.Document()
    body = word.element.body
    body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{DELETED_END}{run('The end.')}</w:p>"))
    assert texts_of(read(word)) == ["The end."]


def test_the_reading_of_a_word_stands_in_brackets_behind_it() -> None:
    parts = f"<w:rt>{run('かぎ')}</w:rt><w:rubyBase>{run('鍵')}</w:rubyBase>"
    body = f"<w:p><w:r><w:ruby><w:rubyPr/>{parts}</w:ruby></w:r>{run('は山田が持つ。')}</w:p>"
    assert texts_of(read(with_body(body))) == ["鍵(かぎ)は山田が持つ。"]


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [
        ("Symbol", "F0B3", "≥"),
        ("Symbol", "F061", "α"),
        ("Wingdings", "F0FC", "✓"),
        ("Arial", "00B0", "°"),
        ("Symbol", "none", ""),
    ],
)
def test_signs_of_fonts_are_characters(font: str, code: str, sign: str) -> None:
    body = f'<w:p>{run("t ")}<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>{run(" 40")}</w:p>'
    assert texts_of(read(with_body(body))) == [f"t {sign} 40"]
