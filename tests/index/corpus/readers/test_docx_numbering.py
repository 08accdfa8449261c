from __future__ import annotations

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.corpus.readers.numerals import numeral
from tests.index.corpus.readers.test_docx import read, run, with_body


def level(depth: int, style: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def item(text: str, depth: int = 0, identity: int = 90) -> str:
    place = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{identity}"/>'
    return f"<w:p><w:pPr><w:numPr>{place}</w:numPr></w:pPr>{run(text)}</w:p>"


def numbered(body: str, *levels: str, lists: dict[int, str] | None = None) -> list[str]:
    """Return the lines of a document whose list 90 has these levels; `lists` are further ones."""
    word = with_body(body)
    numbering = word.part.numbering_part.element
    for identity, content in ({90: "".join(levels)} | (lists or {})).items():
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}">{content}'
                "</w:abstractNum>"
            ),
        )
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{identity}">'
                f'<w:abstractNumId w:val="{identity}"/></w:num>'
            )
        )
    return [line for line in read(word).text.split("\n") if line]


def test_a_level_may_go_on_below_the_next_item_above_it() -> None:
    body = item("A") + item("x", 1) + item("B") + item("y", 1)
    goes_on = '<w:lvlRestart w:val="0"/>'
    assert numbered(
        body, level(0, "upperRoman", "Part %1"), level(1, "decimal", "§ %2", goes_on)
    ) == ["Part I A", "§ 1 x", "Part II B", "§ 2 y"]


def test_a_level_may_show_the_numbers_above_it_in_figures() -> None:
    levels = (level(0, "upperRoman", "%1."), level(1, "lowerLetter", "%1.%2", "<w:isLgl/>"))
    assert numbered(item("A") + item("x", 1), *levels) == ["I. A", "1.a x"]


def test_the_numbers_of_paragraphs_in_a_table_are_read_and_counted() -> None:
    cell = "<w:tc>{}</w:tc>"
    rows = "".join(
        f"<w:tr>{cell.format(item(name))}{cell.format(f'<w:p>{run(fee)}</w:p>')}</w:tr>"
        for name, fee in (("Oak", "20"), ("Elm", "30"))
    )
    body = f"<w:tbl>{rows}</w:tbl>{item('Ash')}"
    assert numbered(body, level(0, "decimal", "%1.")) == ["1. Oak | 20", "2. Elm | 30", "3. Ash"]


def test_a_list_takes_its_levels_from_a_list_style() -> None:
    lists = {
        91: f'<w:styleLink w:val="Legal"/>{level(0, "decimal", "Art. %1")}',
        92: '<w:numStyleLink w:val="Legal"/>',
    }
    assert numbered(item("A", 0, 92), lists=lists) == ["Art. 1 A"]


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (7, "decimalZero", "07"),
        (21, "ordinal", "21st"),
        (12, "ordinal", "12th"),
        (10, "chineseCounting", "十"),
        (23, "japaneseCounting", "二十三"),
        (3, "decimalEnclosedCircle", "③"),
        (3, "hebrew1", "3"),
    ],
)
def test_numbers_are_written_as_word_does(number: int, style: str, text: str) -> None:
    assert numeral(number, style) == text
