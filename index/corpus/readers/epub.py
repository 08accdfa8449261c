"""Reads electronic books: the chapters in the order of the spine (EPUB 3.3 and EPUB 2)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urldefrag
from zipfile import ZipFile

from index.corpus.readers.archive import open_archive, parse_xml
from index.corpus.readers.assembly import Assembly, date_of, title_of
from index.corpus.readers.html import body_of, decode_page, parse_html
from index.corpus.readers.markup import add_markup, inner_text
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.shown import drop_unshown
from index.errors import DocumentError
from index.types import Document, Location, Metadata, Precision

_KIND = "an electronic book (.epub)"
_SPACES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}
_PAGES = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}


def read_epub(data: bytes, path: str, identity: str) -> Document:
    """Read a book chapter by chapter; `part` is the chapter's name in the table of contents.

    The table of contents itself and pictures are left out.

    Raises:
        DocumentError: it is no EPUB, is encrypted or damaged.
    """
    with parsing(path, _KIND):
        book = _Book(open_archive(data, path, _KIND), path)
        assembly = Assembly()
        names = book.chapter_names()
        for file in book.chapters():
            tree = parse_html(
                decode_page(book.read(file), f"{path}, {file}").text, f"{path}, {file}"
            )
            if tree is None:
                continue
            body = body_of(tree)
            drop_unshown(body)
            heading = next(body.iter("h1", "h2", "h3"), None)
            name = "" if heading is None else inner_text(heading)
            assembly.leave(1)
            part = names.get(file) or name or posixpath.basename(file)
            add_markup(body, assembly, Location(part=part))
        return assembly.document(identity, path, book.metadata(assembly))


class _Book:
    """The package document of a book, and the files that it names."""

    def __init__(self, archive: ZipFile, path: str) -> None:
        self._archive = archive
        self._path = path
        self._encrypted = self._encrypted_files()
        if "META-INF/container.xml" not in archive.namelist():
            raise DocumentError(f"{path}: is not {_KIND}; save it again as that")
        container = parse_xml(archive.read("META-INF/container.xml"))
        package = container.find(".//c:rootfile", _SPACES).get("full-path")
        self._folder = posixpath.dirname(package)
        self._package = parse_xml(archive.read(package))
        self._items = {
            item.get("id"): item
            for item in self._package.iterfind(".//opf:manifest/opf:item", _SPACES)
        }

    def read(self, file: str) -> bytes:
        """Return the bytes of a file of the book.

        Raises:
            DocumentError: it is encrypted or missing.
        """
        if file in self._encrypted:
            raise DocumentError(f"{self._path}: is encrypted; use a copy without copy protection")
        if file not in self._archive.namelist():
            raise DocumentError(f"{self._path}: lacks {file}, which it names; save it again")
        return self._archive.read(file)

    def chapters(self) -> list[str]:
        """Return the files of the spine, in reading order, without the table of contents."""
        spine = self._package.iterfind(".//opf:spine/opf:itemref", _SPACES)
        items = [self._items[one.get("idref")] for one in spine if one.get("idref") in self._items]
        files = (
            self._place(item.get("href", ""))
            for item in items
            if item.get("media-type") in _PAGES and "nav" not in item.get("properties", "").split()
        )
        return list(dict.fromkeys(files))

    def chapter_names(self) -> dict[str, str]:
        """Return the first name of each file in a table of contents."""
        names: dict[str, str] = {}
        for item in self._items.values():
            href = self._place(item.get("href", ""))
            if href not in self._archive.namelist():
                continue
            if "nav" in item.get("properties", "").split():
                links = self._navigation(href)
            elif item.get("media-type") == "application/x-dtbncx+xml":
                links = self._navigation_of_epub2(href)
            else:
                continue
            for target, name in links:
                place = posixpath.join(posixpath.dirname(href), unquote(urldefrag(target).url))
                names.setdefault(posixpath.normpath(place), " ".join(name.split()))
        return names

    def _navigation(self, href: str) -> Iterator[tuple[str, str]]:
        tree = parse_html(decode_page(self.read(href), self._path).text, self._path)
        for nav in [] if tree is None else tree.iter("nav"):
            for link in nav.iter("a"):
                yield link.get("href", ""), inner_text(link)

    def _navigation_of_epub2(self, href: str) -> Iterator[tuple[str, str]]:
        for point in parse_xml(self.read(href)).iterfind(".//ncx:navPoint", _SPACES):
            for content in point.iterfind("ncx:content", _SPACES):
                yield content.get("src", ""), point.findtext("ncx:navLabel/ncx:text", "", _SPACES)

    def metadata(self, assembly: Assembly) -> Metadata:
        def stated(name: str) -> list[str]:
            found = self._package.iterfind(f".//opf:metadata//dc:{name}", _SPACES)
            return [" ".join("".join(one.itertext()).split()) for one in found]

        dates = (date_of(moment) for moment in stated("date"))
        none: tuple[None, Precision] = (None, "day")
        date, precision = next((one for one in dates if one[0]), none)
        return Metadata(
            title=title_of(self._path, *stated("title"), assembly.first_heading),
            publisher=next(iter(stated("publisher")), None) or None,
            authors=tuple(filter(None, stated("creator"))),
            date=date,
            precision=precision,
            language=next(iter(stated("language")), "").partition("-")[0].lower() or None,
            tags=tuple(filter(None, stated("subject"))),
        )

    def _place(self, href: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, unquote(urldefrag(href).url)))

    def _encrypted_files(self) -> set[str]:
        """Return the encrypted files, which only the seller's program can read."""
        if "META-INF/encryption.xml" not in self._archive.namelist():
            return set()
        stated = parse_xml(self._archive.read("META-INF/encryption.xml"))
        return {unquote(one.get("URI", "")) for one in stated.iter("{*}CipherReference")}
