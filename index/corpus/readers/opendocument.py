"""Reads the parts that the formats of OpenDocument share (OASIS OpenDocument 1.3, part 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.corpus.readers.archive import open_archive, parse_xml
from index.corpus.readers.assembly import day_of, title_of
from index.corpus.readers.opendocument_objects import write_objects
from index.corpus.readers.properties import split_names
from index.corpus.readers.scripts import inline_note, lowered, raised
from index.errors import DocumentError
from index.types import Metadata

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
TEXT = f"{{{SPACES['text']}}}"
TABLE = f"{{{SPACES['table']}}}"
STYLE = f"{{{SPACES['style']}}}"
_STYLE = f"{STYLE}style"
OFFICE = f"{{{SPACES['office']}}}"
BOX = f"{{{SPACES['draw']}}}text-box"
NOTE = f"{TEXT}note-body"
COMMENT = f"{OFFICE}annotation"

_UNSHOWN = {f"{TEXT}tracked-changes", f"{TEXT}note-citation", f"{TEXT}number"}
_HIDDEN = {f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"}  # unless they say otherwise
_READING = f"{TEXT}ruby-text"  # of a word, as of Japanese; it stands in brackets behind it
_MOST_SPACES = 100
_MOST_STYLES = 12  # that are based on one another


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The parts of a file: its content, its styles, and its metadata."""

    content: Element
    styles: Element | None
    meta: Element | None

    def roots(self) -> list[Element]:
        """Return the parts that define styles; the content's own come last."""
        return [one for one in (self.styles, self.content) if one is not None]

    def metadata(self, path: str, heading: str | None = None) -> Metadata:
        """Return the stated metadata; the title falls back to a heading and the file's name."""
        meta = self.meta

        def stated(*names: str) -> str:
            texts = (meta.findtext(f".//{one}", None, SPACES) for one in names if meta is not None)
            return next((text.strip() for text in texts if text and text.strip()), "")

        keywords = [] if meta is None else meta.iterfind(".//meta:keyword", SPACES)
        return Metadata(
            title=title_of(path, stated("dc:title"), heading),
            authors=split_names(stated("meta:initial-creator", "dc:creator")),
            date=day_of(stated("dc:date", "meta:creation-date")),
            language=stated("dc:language").partition("-")[0].lower() or None,
            tags=tuple(one.text.strip() for one in keywords if one.text and one.text.strip()),
        )


def open_opendocument(data: bytes, path: str, kind: str) -> OpenDocument:
    """Open a file; `kind` names its format in errors.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    archive = open_archive(data, path, kind)
    names = archive.namelist()
    if "content.xml" not in names:
        raise DocumentError(f"{path}: is not {kind}; save it again as that")
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in archive.read(manifest):
        raise DocumentError(f"{path}: is encrypted; save it without a password")
    content, styles, meta = (
        parse_xml(archive.read(name)) if name in names else None
        for name in ("content.xml", "styles.xml", "meta.xml")
    )
    assert content is not None
    if content.find("office:body/office:text", SPACES) is not None:  # a sheet has their values
        write_objects(content, archive)
    return OpenDocument(content, styles, meta)


@dataclass(slots=True)
class Words:
    """Reads the words of paragraphs, without hidden ones, and counts comments.

    `scripts` says how text of a style is written that is raised or lowered.
    """

    scripts: dict[str, Callable[[str], str]]
    hidden_styles: frozenset[str]
    comments: int = 0
    hid_text: bool = False

    def skips(self, element: Element) -> bool:
        """Whether an element is not shown; hidden text and comments are remembered."""
        if element.tag == COMMENT:
            self.comments += 1
        elif self._hides(element):
            self.hid_text = self.hid_text or bool("".join(element.itertext()).strip())
        else:
            return element.tag in _UNSHOWN
        return True

    def _hides(self, element: Element) -> bool:
        paragraph = element.find(f"{TEXT}hidden-paragraph")
        field = element if element.tag in _HIDDEN else paragraph
        if field is not None:
            return str(field.get(f"{TEXT}is-hidden")) != "false"
        style, display = element.get(f"{TEXT}style-name"), element.get(f"{TEXT}display")
        return style in self.hidden_styles or str(display) == "none"

    def text(self, paragraph: Element) -> str:
        """Return the words; runs of spaces, tabs and line ends are elements in it."""
        from lxml import etree

        if self.skips(paragraph):
            return ""
        parts: list[str] = []
        walk = etree.iterwalk(paragraph, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                parts.append(")" if element.tag == _READING else "")
                parts.append(element.tail or "" if element is not paragraph else "")
            elif element.tag == NOTE:
                note = map(self.text, element.iterchildren(f"{TEXT}p"))
                parts.append(inline_note(" ".join(note)))
                walk.skip_subtree()
            elif element.tag == BOX or (element is not paragraph and self.skips(element)):
                walk.skip_subtree()
            elif element.tag == f"{TEXT}s":
                parts.append(" " * min(count_in(element, f"{TEXT}c"), _MOST_SPACES))
            elif element.tag == f"{TEXT}tab":
                parts.append("\t")
            elif element.tag == f"{TEXT}line-break":
                parts.append("\n")
            else:
                script = self.scripts.get(element.get(f"{TEXT}style-name", "")) or str
                text = " ".join((element.text or "").split("\n"))
                parts.append("(" if element.tag == _READING else "")
                parts.append(script(text) if element.tag == f"{TEXT}span" else text)
        return "".join(parts)

    def notes(self) -> tuple[str, ...]:
        """Return a line for each kind of text that was left out."""
        hidden = ["left out hidden text"] if self.hid_text else []
        comments = [f"left out comments: {self.comments}"] if self.comments else []
        return (*hidden, *comments)


def read_words(roots: Iterable[Element]) -> Words:
    """Return a reader of words that knows the styles below some roots."""
    styles = {style.get(f"{STYLE}name", ""): style for root in roots for style in root.iter(_STYLE)}
    hidden = {name for name in styles if _stated(styles, name, f"{TEXT}display") == "none"}
    places = {name: _stated(styles, name, f"{STYLE}text-position") for name in styles}
    scripts = {name: script for name, place in places.items() if (script := _script(place))}
    return Words(scripts, frozenset(hidden))


def _stated(styles: Mapping[str, Element], name: str, property_name: str) -> str:
    """Return a property of the text of a style, or of the style that it is based on."""
    for _ in range(_MOST_STYLES):  # a style may be based on itself
        style = styles.get(name)
        if style is None:
            break
        properties = style.find(f"{STYLE}text-properties")
        if properties is not None and (value := properties.get(property_name)):
            return str(value)
        name = style.get(f"{STYLE}parent-style-name", "")
    return ""


def _script(place: str) -> Callable[[str], str] | None:
    shift = (place.split() or [""])[0]
    if shift in ("", "0%", "0"):
        return None
    if shift.startswith(("sub", "-")):
        return lowered
    return raised if shift.startswith("super") or shift[0].isdigit() else None


def count_in(element: Element, name: str) -> int:
    """Return the number in an attribute; 1 if there is none."""
    text = element.get(name, "1")
    return max(1, int(text)) if text.isdigit() else 1
