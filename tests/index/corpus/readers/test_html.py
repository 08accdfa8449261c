from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, DocumentError
from index.corpus.readers.html import read_html
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    blocks_of,
    texts_of,
)

PAGE = """<!doctype html><html lang="en-GB"><head>
<title>Tides - Harbour Post</title>
<meta property="og:title" content="How tides work">
<meta property="og:site_name" content="Harbour Post">
<meta name="author" content="Ann Lee; Bo Chen">
<meta property="article:published_time" content="2021-03-04T10:00:00Z">
<link rel="canonical" href="https://harbour.example/tides">
</head><body>
<header><a href="/">Harbour Post</a></header>
<nav><a href="/a">Weather</a></nav>
<div class="cookie-banner">We use cookies.</div>
<main><h1>How tides work</h1><p>The moon pulls the sea.</p>
<h2>Spring tides</h2><p>Sun and moon pull together.</p><aside>A note.</aside></main>
<div class="site-sidebar">Most read</div>
<footer>All rights reserved.</footer><script>track()</script>
</body></html>"""


def read(page: str | bytes, path: str = "deep/some-page.html") -> Document:
    return read_html(page.encode() if isinstance(page, str) else page, path, "id")


def test_the_main_text_is_kept_and_what_surrounds_it_is_dropped() -> None:
    assert blocks_of(read(PAGE)) == [
        ("heading", "How tides work", ("How tides work",)),
        ("prose", "The moon pulls the sea.", ("How tides work",)),
        ("heading", "Spring tides", ("How tides work", "Spring tides")),
        ("prose", "Sun and moon pull together.", ("How tides work", "Spring tides")),
        ("prose", "A note.", ("How tides work", "Spring tides")),
    ]


def test_metadata_is_what_the_page_states() -> None:
    metadata = read(PAGE).metadata
    assert metadata.title == "How tides work"
    assert metadata.publisher == "Harbour Post"
    assert metadata.authors == ("Ann Lee", "Bo Chen")
    assert metadata.date == dt.date(2021, 3, 4)
    assert metadata.url == "https://harbour.example/tides"
    assert metadata.language == "en"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>  A\n title </title><h1>Other</h1>", "A title"),
        ("<title></title><h1>The <em>heading</em></h1>", "The heading"),
        ("<p>Words.", "some-page"),
        ("", "some-page"),
    ],
)
def test_the_title_is_stated_or_the_heading_or_the_name_of_the_file(page: str, title: str) -> None:
    assert read(page).metadata.title == title


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/relative", "data:text/html,x", ""])
def test_an_address_that_is_no_web_address_is_left_out(address: str) -> None:
    assert read(f'<link rel="canonical" href="{address}"><p>Words.').metadata.url is None


def test_no_date_is_guessed_from_the_text() -> None:
    assert read("<p>On 4 May 1999 it rained.</p>").metadata.date is None


def test_a_table_is_one_block_of_rows_and_its_caption_stands_before_it() -> None:
    page = (
        "<table><caption>Sizes</caption><tr><th>Name</th><th>Metres</th></tr>"
        "<tr><td>Oak<br>tree</td><td><p>20</p></td></tr><tr><td></td><td></td></tr></table>"
    )
    assert blocks_of(read(page)) == [
        ("prose", "Sizes", ()),
        ("lines", "Name | Metres\nOak tree | 20", ()),
    ]


def test_a_table_for_layout_is_read_cell_by_cell() -> None:
    page = "<table><tr><td><h2>Left</h2>Words.</td><td><pre>a\n b</pre></td></tr></table>"
    assert blocks_of(read(page)) == [
        ("heading", "Left", ("Left",)),
        ("prose", "Words.", ("Left",)),
        ("lines", "a\n b", ("Left",)),
    ]


def test_code_keeps_its_lines_and_indentation() -> None:
    page = "<p>Before<pre><code>  if x:\n\n      <b>go</b>()\n</code></pre>After"
    assert blocks_of(read(page)) == [
        ("prose", "Before", ()),
        ("lines", "  if x:\n\n      go()", ()),
        ("prose", "After", ()),
    ]


def test_items_of_lists_follow_one_another_line_by_line() -> None:
    document = read("<p>Top</p><ul><li>One<li><p>Two</p><p>More</p></ul><dl><dt>T<dd>D</dl>")
    assert texts_of(document) == ["Top", "One", "Two", "More", "T: D"]
    assert document.text == "Top\n\nOne\nTwo\n\nMore\n\nT: D"


def test_each_short_description_of_a_term_stands_beside_it() -> None:
    page = """<dl><dt>Fee</dt><dd>Adults 8</dd><dd>Children 3</dd>
    <dt>Hours</dt><dd><p>Nine to five.</p></dd><dd><p>Late.</p></dd></dl>"""
    assert texts_of(read(page)) == [
        *("Fee: Adults 8", "Fee: Children 3", "Hours", "Nine to five.", "Late."),
    ]


def test_words_within_a_line_stay_together_and_lines_stay_apart() -> None:
    page = "<div>one <b>t</b>wo<!-- no --> three<br>four<div>five</div>six</div>"
    assert texts_of(read(page)) == ["one two three\nfour", "five", "six"]


def test_what_is_not_shown_is_dropped() -> None:
    page = '<p>Seen<p hidden>a<p style="display: none">b<style>c</style><template>d</template>'
    assert texts_of(read(page + "<button>e</button><noscript>f</noscript>")) == ["Seen"]


def test_a_page_that_is_nothing_but_navigation_keeps_it() -> None:
    assert texts_of(read("<nav><a>Chapter one</a></nav>")) == ["Chapter one"]


def test_a_menu_is_dropped_where_it_consists_of_links() -> None:
    page = '<ul class="main-menu"><li><a>Home</a><li><a>News</a></ul>'
    tabs = '<div class="tab-menu">The founding</div>'
    assert texts_of(read(f"{page}{tabs}<p>The company was founded in 1975.")) == [
        "The founding",
        "The company was founded in 1975.",
    ]


def test_most_of_a_page_is_no_surrounding_whatever_its_name() -> None:
    assert texts_of(read('<div id="sidebar">All the words there are.</div><p>End.')) == [
        "All the words there are.",
        "End.",
    ]


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ('<meta charset="windows-1251"><p>Привет, мир', "windows-1251"),
        ('<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS"><p>日本語', "cp932"),
        ('<meta charset="windows-1251"><p>déjà vu', "utf-8"),
        ('<meta charset="no-such"><p>déjà vu', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body><p>déjà vu', "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_declares_unless_it_is_utf8(
    page: str, encoding: str
) -> None:
    assert texts_of(read(page.encode(encoding))) == [page.rpartition(">")[2]]


def test_a_page_nested_without_end_is_refused_by_name() -> None:
    with pytest.raises(DocumentError, match=r"^deep/some-page\.html: nests elements too deep"):
        read("<div>" * 10_000 + "words")


def test_a_page_nested_a_thousand_deep_is_read_whole() -> None:
    assert texts_of(read("<div>" * 1_000 + "deep" + "</div>" * 1_000 + "after")) == [
        "deep",
        "after",
    ]


@pytest.mark.parametrize("tag", ["nav", 'div class="sidebar"', "table><tr><td", "ul><li", "b"])
def test_deep_nesting_costs_no_more_than_the_page_is_long(tag: str) -> None:
    def seconds(depth: int) -> float:
        began = time.process_time()
        read(f"<{tag}>" * depth + "<i>x</i>" * 4_000)
        return time.process_time() - began

    shallow, deep = (min(seconds(depth) for _ in range(3)) for depth in (2, 600))
    assert deep < 10 * shallow


def test_a_file_that_is_no_text_is_refused_by_name() -> None:
    with pytest.raises(DocumentError, match=r"^deep/some-page\.html: "):
        read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1")


@pytest.mark.parametrize("page", ["", "  \n", "<!-- -->", "<html>", "<script>x</script>"])
def test_a_page_without_text_has_no_blocks(page: str) -> None:
    assert read(page).blocks == ()


def test_entities_are_characters_and_none_is_fetched_or_defined() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&lt;b&gt; &eacute; &x;'
    assert "root:" not in read(page).text
    assert "<b> é" in read(page).text


_fragments = st.sampled_from(
    "<p> </p> <li> <table> <tr><td> <pre> <h2> </h2> <br> <nav> <!-- --> &amp; <title>".split()
) | st.sampled_from(["\r\n", "\u2028", " ", "words and words. More."])


@given(st.lists(_fragments | st.text(max_size=8), max_size=15).map("".join))
def test_any_page_is_read_or_refused_and_its_passages_stand_where_they_say(page: str) -> None:
    try:
        document = read(page)
    except DocumentError as error:
        refusal = str(error)
        assert refusal.startswith("deep/some-page.html: ")
    else:
        assert_passages_stand_where_they_say(document)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("3&times;10<sup>6</sup> cells", "3×10⁶ cells"),
        ("10<sup>-6</sup> m<sup>2</sup>", "10⁻⁶ m²"),
        ("H<sub>2</sub>O", "H₂O"),
        ("x<sup>n+1</sup>", "xⁿ⁺¹"),
        ("42<sup>7</sup> sacks", "42⁷ sacks"),
        ('42<sup><a href="#n">[7]</a></sup> sacks', "42[7] sacks"),
        ("the 1<sup>st</sup> of May", "the 1st of May"),
    ],
)
def test_raised_and_lowered_figures_keep_their_meaning(markup: str, text: str) -> None:
    assert read(f"<p>{markup}</p>").text == text
    assert read(f"<table><tr><td>{markup}<td>b</table>").text == f"{text} | b"


def test_merged_cells_stand_wherever_they_cover() -> None:
    page = """<table><tr><th rowspan=2>Region<th colspan=2>2020<tr><th>May<th>June
    <tr><td rowspan=0>North<td>1<td>2<tr><td>3<td>4</table>"""
    assert read(page).text.splitlines() == [
        "Region | 2020 | 2020",
        "Region | May | June",
        "North | 1 | 2",
        "North | 3 | 4",
    ]


def test_list_items_have_the_numbers_that_a_browser_shows() -> None:
    page = """<ol start=3><li>c<li><p>d</p><ul><li>x</ul><li value=9>i</ol>
    <ol type=A reversed><li>two<li>one</ol><ol type=i><li>first</ol>"""
    assert read(page).text.split("\n") == [
        *("3. c", "4. d", "x", "9. i", "B. two", "A. one", "i. first"),
    ]


def test_a_button_that_opens_a_panel_is_the_heading_of_what_it_opens() -> None:
    page = """<h1>Help</h1><div><button aria-controls=p>Kayaks</button>
    <div id=p style="display: none">Bring it.</div></div>
    <div><button>How do I pay?</button><p>In cash.</p></div>
    <details><summary>Hours</summary>Nine to five.</details><p>Call us.</p>"""
    document = read(page)
    assert [one.headings for one in document.blocks if one.kind == "prose"] == [
        ("Help", "Kayaks"),
        ("Help", "How do I pay?"),
        ("Help", "Hours"),
        ("Help",),
    ]


def test_what_a_page_hides_is_left_out_and_reported() -> None:
    page = "<p>Open.</p><p hidden>Code 4471</p><p style='visibility: hidden'>x</p><!-- see x -->"
    document = read(f"{page}<button>Submit</button>")
    assert document.text == "Open."
    assert document.notes == ("left out hidden elements with text: 2", "left out comments: 1")


def test_the_panels_of_tabs_stand_below_their_own_tab() -> None:
    page = """<div role=tablist><button role=tab aria-controls=a>Hours</button>
    <a role=tab href=#b>Fees</a></div><div id=a>Nine to five.</div><div id=b hidden>Eight.</div>"""
    assert [one[1:] for one in blocks_of(read(page)) if one[0] == "prose"] == [
        ("Nine to five.", ("Hours",)),
        ("Eight.", ("Fees",)),
    ]


def test_an_answer_that_opens_below_its_question_is_read() -> None:
    page = """<h2>Where is the key?</h2><div style="display:none">By the stove.</div>
    <button>Who keeps the key?</button><div hidden>Ida.</div><p style="DISPLAY: NONE">No.</p>"""
    assert [text for _, text, _ in blocks_of(read(page))][1::2] == ["By the stove.", "Ida."]


@pytest.mark.parametrize(
    ("sheet", "seen"),
    [
        (".x { color: red; display: none }", False),
        ("p.x.y, #z { visibility: hidden !important } /* .q { */", False),
        ("@media print { .x { display: none } }", True),
        (".x { display: none } .x.open { display: block }", True),
        ("div.x { display: none }", True),
        (".x .y { display: none }", True),
    ],
)
def test_what_a_style_sheet_hides_for_good_is_left_out(sheet: str, seen: bool) -> None:
    page = f"<head><style>{sheet}</style></head><p>Open.<p class='x y'>Code 4471</p>"
    document = read(page)
    assert ("4471" in document.text) is seen
    assert document.notes == (() if seen else ("left out hidden elements with text: 1",))


def test_what_a_script_may_show_is_read() -> None:
    page = "<style>.x { display: none }</style><script>open()</script><p class=x>By the stove."
    assert texts_of(read(page)) == ["By the stove."]


def test_readings_of_words_stand_in_brackets() -> None:
    page = (
        "<p><ruby>灯台<rp>(</rp><rt>とうだい</rt><rp>)</rp></ruby>の<ruby>鍵<rt>かぎ</rt></ruby>は"
    )
    assert texts_of(read(page)) == ["灯台(とうだい)の鍵(かぎ)は"]


def test_formulas_are_written_on_a_line() -> None:
    page = """<p>E = <math><semantics><mrow><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup><mfrac>
    <mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></mrow>
    <annotation encoding="application/x-tex">mc^2</annotation></semantics></math> holds."""
    (text,) = texts_of(read(page))
    assert text.replace(" ", "") == "E=mc²(a+b)/2holds."


def test_a_formula_that_is_drawn_beside_its_mathml_is_read_once() -> None:
    page = """<p>Energy <span><math><mi>E</mi></math></span><span aria-hidden=true>E</span> is
    <span aria-hidden=true>seen</span>."""
    assert texts_of(read(page)) == ["Energy E is seen."]


def test_the_name_of_a_picture_is_no_title() -> None:
    assert read("<svg><title>Icon</title></svg><p>Words.").metadata.title == "some-page"


@pytest.mark.parametrize("mark", ['epub:type="noteref"', 'role="doc-noteref"'])
def test_the_mark_of_a_note_is_no_digit_of_the_number_before_it(mark: str) -> None:
    assert texts_of(read(f"<p>It opened in 1990<a {mark} href='#n'>3</a>.</p>")) == [
        "It opened in 1990[3]."
    ]


def test_a_page_is_read_in_the_encoding_that_its_xml_declares() -> None:
    page = '<?xml version="1.0" encoding="ISO-8859-2"?><html><body><p>Łódź</p></body></html>'
    document = read(page.encode("iso8859-2"), "a.xhtml")
    assert (texts_of(document), document.notes) == (["Łódź"], ())
