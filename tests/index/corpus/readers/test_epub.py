from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest

from index import Document, DocumentError
from index.corpus.readers.epub import read_epub
from tests.index.corpus.readers.archives import NO_ARCHIVES, zip_of
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    blocks_of,
    texts_of,
)

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
STATED = """<dc:title>Tides</dc:title><dc:creator>Ann Lee</dc:creator><dc:creator>Bo</dc:creator>
<dc:publisher>Harbour</dc:publisher><dc:date>2021-03-04T00:00:00Z</dc:date>
<dc:language>en-GB</dc:language><dc:subject>sea</dc:subject>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol>
<li><a href="text/one%20a.xhtml">Of <b>tides</b></a></li>
<li><a href="text/one%20a.xhtml#later">Later</a></li></ol></nav></body></html>"""
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel>
<text>Old name</text></navLabel><content src="text/two.xhtml#start"/></navPoint></navMap></ncx>"""
FILES = {
    "text/one a.xhtml": "<h1>One</h1><h2>Deeper</h2><p>First words.</p><script>no()</script>",
    "text/two.xhtml": "<p>Second words.</p>",
    "three.xhtml": "<h2>Three</h2><div class='sidebar'>A box.</div>",
}


def book(stated: str = STATED, **others: str) -> bytes:
    items = "".join(
        f'<item id="{number}" href="{quote(name)}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(FILES)
    )
    package = f"""<package xmlns="http://www.idpf.org/2007/opf"><metadata
    xmlns:dc="http://purl.org/dc/elements/1.1/">{stated}</metadata><manifest>{items}
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
    <item id="picture" href="a.png" media-type="image/png"/></manifest><spine>
    <itemref idref="nav"/><itemref idref="0"/><itemref idref="1"/><itemref idref="2"/>
    <itemref idref="picture"/><itemref idref="nowhere"/></spine></package>"""
    chapters = {
        f"OEBPS/{name}": f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        for name, body in FILES.items()
    }
    known = {"OEBPS/book.opf": package, "OEBPS/nav.xhtml": NAV, "OEBPS/toc.ncx": NCX}
    return zip_of({"META-INF/container.xml": CONTAINER} | known | chapters | others)


def read(data: bytes) -> Document:
    return read_epub(data, "deep/some-book.epub", "id")


def test_chapters_are_read_in_the_order_of_the_spine() -> None:
    document = read(book())
    assert blocks_of(document) == [
        ("heading", "One", ("One",)),
        ("heading", "Deeper", ("One", "Deeper")),
        ("prose", "First words.", ("One", "Deeper")),
        ("prose", "Second words.", ()),
        ("heading", "Three", ("Three",)),
        ("prose", "A box.", ("Three",)),
    ]
    assert_passages_stand_where_they_say(document)


def test_a_chapter_is_cited_by_its_name_in_the_contents_or_its_heading() -> None:
    parts = [block.location.part for block in read(book()).blocks]
    assert parts == ["Of tides"] * 3 + ["Old name"] + ["Three"] * 2


def test_a_chapter_without_any_name_is_cited_by_its_file() -> None:
    document = read(book(**{"OEBPS/toc.ncx": "<ncx/>"}))
    assert document.blocks[3].location.part == "two.xhtml"


def test_metadata_is_what_the_book_states() -> None:
    metadata = read(book()).metadata
    assert (metadata.title, metadata.authors) == ("Tides", ("Ann Lee", "Bo"))
    assert (metadata.publisher, metadata.language, metadata.tags) == ("Harbour", "en", ("sea",))
    assert metadata.date == dt.date(2021, 3, 4)


@pytest.mark.parametrize(
    ("stated", "date", "precision"),
    [
        ("2021-03-04T23:59:00Z", dt.date(2021, 3, 4), "day"),
        ("2021-03", dt.date(2021, 3, 1), "month"),
        ("2021", dt.date(2021, 1, 1), "year"),
        ("2021-13-01", None, "day"),
        ("spring", None, "day"),
    ],
)
def test_a_date_is_no_closer_than_it_is_stated(
    stated: str, date: dt.date | None, precision: str
) -> None:
    metadata = read(book(f"<dc:date>{stated}</dc:date>")).metadata
    assert (metadata.date, metadata.precision) == (date, precision)


def test_without_a_stated_title_the_first_heading_is_it() -> None:
    assert read(book("")).metadata.title == "One"


@pytest.mark.parametrize(("data", "reason"), NO_ARCHIVES)
def test_what_is_no_book_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^deep/some-book\.epub: {reason}"):
        read(data)


def test_a_book_with_copy_protection_is_refused_but_fonts_may_be_disguised() -> None:
    def encrypted(name: str) -> str:
        return f'<encryption><a><CipherReference URI="{name}"/></a></encryption>'

    font = {"META-INF/encryption.xml": encrypted("OEBPS/a.otf")}
    assert texts_of(read(book(**font))) == texts_of(read(book()))
    chapter = {"META-INF/encryption.xml": encrypted("OEBPS/text/two.xhtml")}
    with pytest.raises(DocumentError, match="is encrypted; use a copy without copy protection"):
        read(book(**chapter))


@pytest.mark.parametrize(
    "missing",
    ["<rootfile/>", "<rootfile full-path='nowhere.opf'/>", "<"],
)
def test_a_damaged_book_is_refused_by_name(missing: str) -> None:
    container = {"META-INF/container.xml": missing}
    with pytest.raises(DocumentError, match=r"^deep/some-book\.epub: cannot be read as"):
        read(book(**container))


def test_a_chapter_that_is_missing_is_named() -> None:
    renamed = book().replace(b"text/two.xhtml", b"text/2wo.xhtml")
    with pytest.raises(DocumentError, match=r"lacks OEBPS/text/two\.xhtml, which it names"):
        read(renamed)
