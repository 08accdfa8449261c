"""Reads web pages: the text of a page without the navigation and footers of its site."""

from __future__ import annotations

import codecs
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, day_of, title_of
from index.corpus.readers.encoding import Decoded, declared_codec, decode, is_utf8
from index.corpus.readers.markup import add_markup
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.shown import drop, drop_unshown
from index.errors import DocumentError
from index.types import Document, Metadata

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# HTML Standard, "Determining the character encoding": searched for in the first 1024 bytes.
_DECLARED = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml\s[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--(?!\[if|\s*<!\[endif)(?=[^>]*?\w{3})(?:(?!-->).)*-->", re.DOTALL)
_AROUND = """.//*[
    self::nav or @role = 'navigation' or @role = 'search' or @role = 'menu' or @role = 'menubar'
    or ((self::header or self::footer or self::aside)
        and not(ancestor::article or ancestor::main or ancestor::*[@role = 'main']))
][not(.//h1)]"""
# parts of the class names and ids of elements around a text: site-footer, share-links
_NAVIGATION_NAMES = re.compile(
    r"(?:^|\s)(?:[\w-]*[_-])?(?:nav|navbar|navbox|navigation|menu|breadcrumbs?)(?=\s|$)",
    re.IGNORECASE,
)
_AROUND_NAMES = re.compile(
    r"(?:^|\s)(?:"
    r"(?:[\w-]*[_-])?(?:sidebar|footer)"
    r"|(?:cookies?|consent|newsletter|shar(?:e|ing)|social|advert\w*|ads?|skip-?link)(?:[_-][\w-]*)?"
    r")(?=\s|$)",
    re.IGNORECASE,
)
_NAMED = ".//*[self::div or self::section or self::ul or self::ol or self::p or self::table]"
_TITLES = (
    "//meta[@property = 'og:title']/@content",
    "//head/title",
    "//h1",
    "//title[not(ancestor::svg)]",
)
_MOST = 0.3  # of the words of a page; an element that holds more belongs to the text


def read_html(data: bytes, path: str, identity: str) -> Document:
    """Read a web page; scripts, forms' controls and what surrounds the text are dropped.

    Author, date, site and tags are those that trafilatura finds stated in the page. Its choice of
    the main text is not used: it leaves out tables, references and lists that a question may be
    about. `python -m tests.benchmarks.extraction` measures both.

    Raises:
        DocumentError: it is not text, or nests elements too deep.
    """
    with parsing(path, "a web page"):
        assembly = Assembly()
        page = decode_page(data, path)
        tree = parse_html(page.text, path)
        if tree is None:
            metadata = Metadata(title=title_of(path))
            return assembly.document(identity, path, metadata, notes=page.notes)
        metadata = _metadata(tree, path)
        body, hidden = _shown(tree)
        add_markup(body, assembly)
        notes = [*page.notes]
        if hidden:
            notes.append(f"left out hidden elements with text: {hidden}")
        if comments := len(_COMMENT.findall(page.text)):
            notes.append(f"left out comments: {comments}")
        return assembly.document(identity, path, metadata, notes=tuple(notes))


def parse_html(text: str, path: str) -> HtmlElement | None:
    """Return the root of a page, None if it is empty.

    Raises:
        DocumentError: it nests elements too deep, so that a part would be lost.
    """
    from lxml import etree, html

    # lxml refuses a str that declares an encoding, so it is given bytes
    parser = html.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # raised of empty pages alone; damaged ones are mended
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise DocumentError(
            f"{path}: nests elements too deep to be read whole; save a simpler page"
        )
    return tree


def body_of(tree: HtmlElement) -> HtmlElement:
    """Return the body of a page, all of it where it has none."""
    body = tree.find("body")
    return tree if body is None else body


def decode_page(data: bytes, path: str) -> Decoded:
    """Return the text of a page: UTF-8 where it is that, else as it declares, else the likeliest.

    Raises:
        DocumentError: the bytes are no text in any encoding.
    """
    declared = _DECLARED.search(data[:1024])
    if declared and not data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
    ):
        try:
            return Decoded(data.decode())  # pages that are UTF-8 often declare something else
        except UnicodeDecodeError:
            pass
        if is_utf8(data):
            return decode(data, path)
        try:
            return Decoded(data.decode(declared_codec(declared[1].decode("ascii"))))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, path)


def _metadata(tree: HtmlElement, path: str) -> Metadata:
    from trafilatura.metadata import extract_metadata

    tree = deepcopy(tree)
    drop(tree.xpath("//body//nav | //body//*[@role = 'navigation']"))  # it names others
    # only dates that the page states, none guessed from its text
    found = extract_metadata(tree, extensive=False)
    canonical = tree.xpath("string(//link[@rel = 'canonical']/@href)").strip()
    titles = [tree.xpath(f"string({one})") for one in _TITLES]
    language = tree.get("lang") or ""
    return Metadata(
        title=title_of(path, *titles),
        publisher=found.sitename or None,
        authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
        date=day_of(found.date or ""),
        url=canonical if canonical.startswith(("https://", "http://")) else found.url,
        language=language.partition("-")[0].strip().lower() or None,
        tags=tuple(tag.strip() for tags in found.tags or () for tag in tags.split(",")),
    )


def _shown(tree: HtmlElement) -> tuple[HtmlElement, int]:
    """Drop invisible elements, and elements around the text unless the page has nothing else.

    Returns the body, and how many hidden elements with text were dropped.
    """
    body = body_of(tree)
    hidden = drop_unshown(body)
    around = _surroundings(body)
    if _has_text_without(body, set(around)):
        drop(around)
    return body, hidden


def _has_text_without(body: HtmlElement, around: set[HtmlElement]) -> bool:
    from lxml import etree

    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not body and (element.tail or "").strip():
                return True
        elif element in around:
            walk.skip_subtree()
        elif (element.text or "").strip():
            return True
    return False


def _surroundings(body: HtmlElement) -> list[HtmlElement]:
    weights = _weigh(body)
    most = _MOST * weights[body].words
    named = [
        element
        for element in body.xpath(_NAMED)
        if _is_named_so(element, weights[element])
        and not weights[element].holds_text
        and weights[element].words <= most
    ]
    return [*named, *body.xpath(_AROUND)]


def _is_named_so(element: HtmlElement, weight: _Weight) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    if _AROUND_NAMES.search(names):
        return True
    # a menu whose words are no links has tabs of the text itself
    return bool(_NAVIGATION_NAMES.search(names)) and 2 * weight.linked > weight.words


@dataclass(slots=True)
class _Weight:
    """How many words an element holds, how many of them in links, and whether it holds the text."""

    words: int = 0
    linked: int = 0
    holds_text: bool = False


def _weigh(body: HtmlElement) -> dict[HtmlElement, _Weight]:
    """Return the weight of each element; one pass, however deep they are nested."""
    from lxml import etree

    weights: dict[HtmlElement, _Weight] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        weight = _Weight(len((element.text or "").split()))
        weight.holds_text = element.tag in ("h1", "main", "article")
        for child in element:
            inner = weights[child]
            weight.words += inner.words + len((child.tail or "").split())
            weight.linked += inner.linked
            weight.holds_text |= inner.holds_text
        if element.tag == "a":
            weight.linked = weight.words
        weights[element] = weight
    return weights
