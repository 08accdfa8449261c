"""Counts the words of a file by other libraries, to compare with the readers of Pincite."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

_WORD = re.compile(r"\w+")
_NO_TEXT = "script style template noscript head button select textarea datalist svg iframe object"
_NAVIGATION = {"navigation", "search", "menu", "menubar"}
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rp rt ruby s samp"
    " small span strike strong sub sup time tt u var wbr"
).split()
_OOXML = "{http://schemas.openxmlformats.org/%s}"
_W = _OOXML % "wordprocessingml/2006/main"
_TEXT = {f"{_W}t", _OOXML % "officeDocument/2006/math" + "t"}
_BREAKS = {f"{_W}{name}" for name in ("p", "tab", "br", "cr", "tc")}
_BREAKS |= {_OOXML % "officeDocument/2006/math" + "num"}  # a fraction is two numbers
_FALLBACK = _OOXML % "markup-compatibility/2006" + "Fallback"
_PARTS = re.compile(r"word/(?:document|footnotes|endnotes|header\d*|footer\d*)\.xml")


def words(text: str) -> Counter[str]:
    """Count the words of a text in lower case; superscript and subscript digits count as digits."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def html_words(data: bytes) -> Counter[str]:
    """Count the words of a page, without the parts that its author marked as not the text.

    BeautifulSoup with Python's own parser. What surrounds the text is told by elements and roles
    alone (nav, aside, page heads and feet), never by guesses at names of classes or by density,
    so that nothing a reader wrongly takes for boilerplate is left out here too.
    """
    page = BeautifulSoup(data, "html.parser")
    for element in page.find_all(True):
        if not element.decomposed and _is_no_text(element):
            element.decompose()
    for element in page.find_all(True):
        if element.name not in _INLINE:
            element.insert_before("\n")
            element.insert_after("\n")
    return words((page.body or page).get_text())


def _is_no_text(element: Tag) -> bool:
    style = str(element.get("style", "")).replace(" ", "")
    if element.name in _NO_TEXT.split() or element.has_attr("hidden") or "display:none" in style:
        return True
    if element.name in ("header", "footer", "aside"):
        within = element.find_parent(["main", "article"]) or element.find_parent(role="main")
        return within is None and element.find("h1") is None
    is_navigation = element.name == "nav" or element.get("role") in _NAVIGATION
    return is_navigation and element.find("h1") is None


def docx_words(data: bytes) -> Counter[str]:
    """Count the words in the XML of a Word document: its text, notes, headers and footers."""
    texts: dict[str, None] = {}
    with ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if _PARTS.fullmatch(name):
                root = ElementTree.fromstring(archive.read(name))
                # headers and footers with the same words count once
                texts["".join(_runs(root))] = None
    return words("\n".join(texts))


def _runs(element: ElementTree.Element) -> list[str]:
    if element.tag == _FALLBACK:  # the alternative holds the same text
        return []
    text = element.text if element.tag in _TEXT else None
    inner = [run for child in element for run in _runs(child)]
    return [text or "", *inner, "\n" if element.tag in _BREAKS else ""]


def markdown_words(data: bytes) -> Counter[str]:
    """Count the words of the page that markdown-it renders from a file, without front matter."""
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    return html_words(f"<main>{parser.render(data.decode('utf-8-sig'))}</main>".encode())
