from __future__ import annotations

import datetime as dt

import pytest

from index import Document, DocumentError
from index.corpus.readers.odt import read_odt
from tests.index.corpus.readers.archives import LAUGHS, NO_ARCHIVES, zip_of
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    blocks_of,
    texts_of,
)

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("meta", "meta"),
        ("draw", "drawing"),
        ("style", "style"),
    ]
)
META = """<meta:initial-creator>Ann Lee</meta:initial-creator><meta:keyword>sea</meta:keyword>
<meta:creation-date>2020-01-02T03:04:05</meta:creation-date><dc:title>Tides</dc:title>
<dc:date>2021-03-04T05:06:07.8</dc:date><dc:language>en-GB</dc:language>"""


def archive(body: str, meta: str = "", **others: str) -> bytes:
    content = (
        f"<office:document-content {SPACES}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    stated = (
        f'<office:document-meta {SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:meta>{meta}</office:meta></office:document-meta>"
    )
    return zip_of({"content.xml": content, "meta.xml": stated, **others})


def read(data: str | bytes, meta: str = "") -> Document:
    return read_odt(
        archive(data, meta) if isinstance(data, str) else data, "deep/some-text.odt", "id"
    )


def test_headings_are_the_path_of_what_stands_below_them() -> None:
    document = read(
        '<text:h text:outline-level="1">Tides</text:h><text:p>First.</text:p><text:section>'
        '<text:h text:outline-level="2">Spring</text:h><text:p>Second.</text:p></text:section>'
    )
    assert blocks_of(document) == [
        ("heading", "Tides", ("Tides",)),
        ("prose", "First.", ("Tides",)),
        ("heading", "Spring", ("Tides", "Spring")),
        ("prose", "Second.", ("Tides", "Spring")),
    ]
    assert_passages_stand_where_they_say(document)


def test_spaces_tabs_and_line_ends_are_what_the_elements_say() -> None:
    words = (
        "one\n two<text:s/>three<text:tab/>four<text:line-break/><text:span>five</text:span> six"
    )
    assert texts_of(read(f"<text:p>{words}</text:p>")) == ["one  two three\tfour\nfive six"]


def test_tables_are_blocks_of_rows_and_lists_stand_line_by_line() -> None:
    def cell(text: str) -> str:
        return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"

    rows = "".join(
        f"<table:table-row>{cell(one)}{cell(two)}</table:table-row>"
        for one, two in [("Name", "Metres"), ("Oak", "20")]
    )
    items = "".join(
        f"<text:list-item><text:p>{one}</text:p></text:list-item>" for one in ("One", "Two")
    )
    document = read(f"<table:table>{rows}</table:table><text:list>{items}</text:list>")
    assert blocks_of(document)[0] == ("lines", "Name | Metres\nOak | 20", ())
    assert document.text.endswith("\nOne\nTwo")


def test_notes_stand_where_they_are_called_boxes_follow_and_comments_are_left_out() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>A note.</text:p></text:note-body></text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>A box.</text:p></draw:text-box></draw:frame>"
    comment = "<office:annotation><text:p>Really?</text:p></office:annotation>"
    gone = "<text:tracked-changes><text:p>Gone.</text:p></text:tracked-changes>"
    assert texts_of(read(f"{gone}<text:p>Words{note}{box}{comment}.</text:p>")) == [
        "Words [A note].",
        "A box.",
    ]


_OBJECT = (
    '<text:p>It is <draw:frame><draw:object xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xlink:href="./Object 1"/></draw:frame>.</text:p>'
)


def test_a_formula_stands_where_it_is_shown() -> None:
    energy = "<mi>E</mi><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup>"
    formula = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>'
        f"<mrow>{energy}<mo>+</mo><mfrac><mn>1</mn><mrow><mi>a</mi><mi>b</mi></mrow></mfrac></mrow>"
        "<annotation>hidden</annotation></semantics></math>"
    )
    document = read(archive(_OBJECT, **{"Object 1/content.xml": formula}))
    assert texts_of(document) == ["It is E=c²+1/(ab)."]


def test_a_chart_is_its_title_and_its_values() -> None:
    cells = "".join(
        f"<table:table-row><table:table-cell><text:p>{name}</text:p></table:table-cell>"
        f"<table:table-cell><text:p>{value}</text:p></table:table-cell></table:table-row>"
        for name, value in (("Year", "Tides"), ("2020", "7"))
    )
    chart = (
        f'<office:document-content {SPACES} xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:'
        'chart:1.0"><chart:chart><chart:title><text:p>Sea</text:p></chart:title>'
        f"<table:table>{cells}</table:table></chart:chart></office:document-content>"
    )
    document = read(archive(_OBJECT, **{"Object 1/content.xml": chart}))
    assert texts_of(document) == ["It is Sea; Year | Tides; 2020 | 7."]


def test_metadata_is_what_the_file_states() -> None:
    metadata = read("<text:p>Words.</text:p>", META).metadata
    assert (metadata.title, metadata.authors) == ("Tides", ("Ann Lee",))
    assert (metadata.language, metadata.tags) == ("en", ("sea",))
    assert metadata.date == dt.date(2021, 3, 4)


def test_without_metadata_the_first_heading_or_the_name_of_the_file_is_the_title() -> None:
    assert read("<text:h>Tides</text:h>").metadata.title == "Tides"
    assert read("<text:p>Words.</text:p>").metadata.title == "some-text"


@pytest.mark.parametrize(("data", "reason"), NO_ARCHIVES)
def test_what_is_no_opendocument_text_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^deep/some-text\.odt: {reason}"):
        read(data)


def test_an_encrypted_file_is_refused_with_what_to_do() -> None:
    manifest = {"META-INF/manifest.xml": "<m:encryption-data/>"}
    with pytest.raises(DocumentError, match="is encrypted; save it without a password"):
        read(archive("", **manifest))


@pytest.mark.parametrize("body", ["<text:p>", "<text:p>" * 10_000])
def test_a_damaged_file_is_refused_by_name(body: str) -> None:
    with pytest.raises(DocumentError, match=r"^deep/some-text\.odt: cannot be read as"):
        read(body)


def test_no_entity_is_expanded_or_fetched() -> None:
    content = (
        f"{LAUGHS}<office:document-content {SPACES}><office:text><text:p>a&f;&g;b</text:p>"
        "</office:text></office:document-content>"
    )
    assert texts_of(read(zip_of({"content.xml": content}))) == ["a&f;&g;b"]


def test_merged_cells_stand_wherever_they_cover() -> None:
    def cell(text: str, merged: str = "") -> str:
        return f"<table:table-cell {merged}><text:p>{text}</text:p></table:table-cell>"

    rows = [
        cell("Region") + cell("Town"),
        cell("North", 'table:number-rows-spanned="2"') + cell("Arby"),
        "<table:covered-table-cell/>" + cell("Belk"),
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    document = read(f"<table:table>{table}</table:table>")
    assert texts_of(document) == ["Region | Town\nNorth | Arby\nNorth | Belk"]


def test_raised_and_lowered_figures_keep_their_meaning() -> None:
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties style:text-position="{place}"/>'
        "</style:style>"
        for name, place in (("up", "super 58%"), ("down", "sub 58%"))
    )
    body = (
        '<text:p>10<text:span text:style-name="up">6</text:span> H'
        '<text:span text:style-name="down">2</text:span>O</text:p>'
    )
    assert texts_of(read(f"{styles}{body}")) == ["10⁶ H₂O"]


def test_a_style_takes_what_it_does_not_state_from_the_one_that_it_is_based_on() -> None:
    hides, raises = (
        f'<style:style style:name="{name}"><style:text-properties {one}/></style:style>'
        f'<style:style style:name="{name}2" style:parent-style-name="{name}"/>'
        for name, one in (("h", 'text:display="none"'), ("r", 'style:text-position="super"'))
    )
    body = (
        '<text:p text:style-name="h2">Code 4471</text:p>'
        '<text:p>10<text:span text:style-name="r2">6</text:span></text:p>'
    )
    document = read(f"{hides}{raises}{body}")
    assert texts_of(document) == ["10⁶"]
    assert document.notes == ("left out hidden text",)


def test_the_reading_of_a_word_stands_in_brackets_behind_it() -> None:
    word = "<text:ruby-base>鍵</text:ruby-base><text:ruby-text>かぎ</text:ruby-text>"
    assert texts_of(read(f"<text:p><text:ruby>{word}</text:ruby>は</text:p>")) == ["鍵(かぎ)は"]


LISTS = """<style:automatic-styles><text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="("
 style:num-suffix=")"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>
<text:list-style style:name="L3"><text:list-level-style-number text:level="1" style:num-format="1"
 text:start-value="4"/><text:list-level-style-number text:level="2" style:num-format="1"
 text:display-levels="2" style:num-suffix="."/></text:list-style>
</style:automatic-styles>"""
OUTLINE = f"""<office:document-styles {SPACES}><office:styles><text:outline-style>
<text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
<text:outline-level-style text:level="3" style:num-format=""/>
</text:outline-style></office:styles></office:document-styles>"""


def item(*content: str) -> str:
    parts = (one if one.startswith("<") else f"<text:p>{one}</text:p>" for one in content)
    return f"<text:list-item>{''.join(parts)}</text:list-item>"


def items(style: str, *content: str, more: str = "") -> str:
    return f'<text:list text:style-name="{style}"{more}>{"".join(content)}</text:list>'


def test_list_items_have_the_numbers_that_the_program_shows() -> None:
    inner = f"<text:list>{item('c')}{item('d')}</text:list>"
    body = (
        LISTS
        + items("L1", item("a", "more of a"), item("b", inner), item("e"))
        + items("L2", item("no number"))
        + items("L1", item("f"), more=' text:continue-numbering="true"')
        + items("L1", item("anew"), item("h", "").replace("item>", 'item text:start-value="9">', 1))
        + items("L3", item("four", f"<text:list>{item('four one')}</text:list>"))
        + "<text:list><text:list-item><text:number>iv)</text:number><text:p>x</text:p>"
        "</text:list-item></text:list>"
    )
    assert texts_of(read(body)) == [
        *("1. a", "more of a", "2. b", "(a) c", "(b) d", "3. e", "no number", "4. f"),
        *("1. anew", "9. h", "4 four", "4.1. four one", "iv) x"),
    ]


def test_headings_have_the_numbers_of_the_outline() -> None:
    body = "".join(
        f'<text:h text:outline-level="{level}"{more}>{text}</text:h>'
        for level, text, more in [
            (1, "A", ""),
            (2, "B", ""),
            (1, "Preface", ' text:is-list-header="true"'),
            (1, "C", ""),
            (2, "D", ""),
            (3, "E", ""),
        ]
    )
    found = read(archive(body, **{"styles.xml": OUTLINE}))
    assert texts_of(found) == ["I. A", "I.1 B", "Preface", "II. C", "II.1 D", "E"]


def test_hidden_text_and_comments_are_left_out_and_reported() -> None:
    body = (
        '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
        '<text:p>Seen<text:span text:style-name="T1"> hidden</text:span>.</text:p>'
        '<text:section text:display="none"><text:p>Secret.</text:p></text:section>'
        '<text:p>Gone.<text:hidden-paragraph text:is-hidden="true"/></text:p>'
        '<text:p>Stays.<text:hidden-paragraph text:is-hidden="false"/></text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>Cell<office:annotation>"
        "<text:p>A remark.</text:p></office:annotation></text:p></table:table-cell>"
        "<table:table-cell><text:p>Other</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = read(body)
    assert texts_of(document) == ["Seen.", "Stays.", "Cell | Other"]
    assert document.notes == ("left out hidden text", "left out comments: 1")


def test_heads_and_feet_of_pages_come_last_and_each_once() -> None:
    edge = "<style:header><text:p>Harbour office</text:p></style:header>"
    styles = (
        f"<office:document-styles {SPACES}><office:master-styles><style:master-page>{edge}"
        f"</style:master-page><style:master-page>{edge}</style:master-page>"
        "</office:master-styles></office:document-styles>"
    )
    document = read(archive("<text:p>Words.</text:p>", **{"styles.xml": styles}))
    assert texts_of(document) == ["Words.", "Harbour office"]
