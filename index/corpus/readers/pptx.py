"""Reads PowerPoint presentations: each slide's title, text, tables, charts and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from index.corpus.readers.archive import open_archive
from index.corpus.readers.assembly import Assembly
from index.corpus.readers.charts import chart_text, charts_in
from index.corpus.readers.comments import comment_notes
from index.corpus.readers.diagrams import diagram_texts, diagrams_in
from index.corpus.readers.office_math import formula_parts
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.pptx_numbering import numbers_of
from index.corpus.readers.properties import stated_metadata
from index.corpus.readers.scripts import lowered, raised
from index.corpus.readers.tables import TableCell, fill_merged, table_rows
from index.types import Document, Location

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

_KIND = "a PowerPoint presentation (.pptx)"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFF = {"0", "false"}


def read_pptx(data: bytes, path: str, identity: str) -> Document:
    """Read a presentation slide by slide: the title, then from top to bottom, then the notes.

    Slides count as pages; those without text are reported as blank. Hidden slides and shapes, and
    comments, are left out, as the notes say, and pictures and what the layout repeats.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    from pptx import Presentation

    with parsing(path, _KIND):
        archive = open_archive(data, path, _KIND)
        presentation = Presentation(BytesIO(data))
        assembly = Assembly()
        blank, hidden, unseen = [], [], 0
        for number, slide in enumerate(presentation.slides, start=1):
            if slide.element.get("show") in _OFF:
                hidden.append(str(number))
                continue
            unseen += sum(map(_is_hidden, slide.shapes))
            if not _add_slide(slide, assembly, Location(slide=number)):
                blank.append(number)
        notes = [f"left out hidden slides: {', '.join(hidden)}"] if hidden else []
        notes += [f"left out hidden shapes: {unseen}"] if unseen else []
        metadata = stated_metadata(archive, path, assembly.first_heading)
        return assembly.document(
            identity,
            path,
            metadata,
            pages=len(presentation.slides),
            blank_pages=tuple(blank),
            notes=(*notes, *comment_notes(archive)),
        )


def _add_slide(slide: Slide, assembly: Assembly, location: Location) -> bool:
    """Add a slide and say whether there was any text on it."""
    before = assembly.length
    assembly.leave(1)
    _take_first_choices(slide.element)
    title = slide.shapes.title
    if title is not None:
        assembly.add_heading(title.text_frame.text, 1, location)
    for shape in _in_order(slide.shapes):
        is_title = title is not None and shape.shape_id == title.shape_id
        if not is_title and not _is_repeated(shape):
            _add_shape(shape, assembly, location)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        assembly.add(slide.notes_slide.notes_text_frame.text, location=location)
    return assembly.length > before


def _take_first_choices(slide: Element) -> None:
    """Put what PowerPoint shows in place of alternatives, which python-pptx passes over."""
    for alternative in list(slide.iter(f"{_COMPATIBILITY}AlternateContent")):
        parent = alternative.getparent()
        for choice in alternative[:1] if parent is not None else ():
            place = parent.index(alternative)
            parent[place : place + 1] = list(choice)


def _in_order(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """Yield shapes from top to bottom and left to right, those of a group where the group is."""
    from pptx.shapes.group import GroupShape

    shown = (one for one in shapes if not _is_hidden(one))
    for shape in sorted(shown, key=lambda one: (one.top or 0, one.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _is_hidden(shape: BaseShape) -> bool:
    stated = shape.element.xpath("./*/p:cNvPr/@hidden")
    return bool(stated) and stated[0] not in _OFF


def _is_repeated(shape: BaseShape) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return shape.is_placeholder and shape.placeholder_format.type in {
        PP_PLACEHOLDER.DATE,
        PP_PLACEHOLDER.FOOTER,
        PP_PLACEHOLDER.HEADER,
        PP_PLACEHOLDER.SLIDE_NUMBER,
    }


def _add_shape(shape: Any, assembly: Assembly, location: Location) -> None:  # noqa: ANN401 - see has_*
    if shape.has_text_frame:
        for number, text in enumerate(_texts(shape.text_frame)):
            assembly.add(text, location=location, close=number > 0)
    elif getattr(shape, "has_table", False):
        assembly.add(table_rows(fill_merged(_rows(shape.table))), "lines", location)
    else:
        for diagram in _parts(shape, diagrams_in(shape.element)):
            for text in diagram_texts(diagram):
                assembly.add(text, location=location, close=True)
        for chart in _parts(shape, charts_in(shape.element)):
            assembly.add(chart_text(chart), "lines", location)


def _parts(shape: Any, identities: Iterable[str]) -> Iterator[bytes]:  # noqa: ANN401 - as above
    """Yield the parts with these ids; one may be missing, which costs the words in it alone."""
    relations = shape.part.rels
    for one in identities:
        if one in relations and not relations[one].is_external:
            yield relations[one].target_part.blob


def _rows(table: Any) -> list[list[TableCell]]:  # noqa: ANN401 - shapes are untyped
    return [
        [
            TableCell("\n".join(_texts(cell.text_frame)), *_span(cell))
            for cell in row.cells
            if not cell.is_spanned
        ]
        for row in table.rows
    ]


def _span(cell: Any) -> tuple[int, int]:  # noqa: ANN401 - as above
    return (cell.span_width, cell.span_height) if cell.is_merge_origin else (1, 1)


def _texts(frame: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """Yield the words of each paragraph, with its number."""
    paragraphs = frame.paragraphs
    for number, paragraph in zip(numbers_of(one._p for one in paragraphs), paragraphs, strict=True):
        yield number + _text(paragraph)


def _text(paragraph: Any) -> str:  # noqa: ANN401 - shapes are untyped
    """Return the words of a paragraph, with raised and lowered figures as such."""
    parts = []
    for element in paragraph._p:
        tag = element.tag.removeprefix(_DRAWING)
        if tag == "br":
            parts.append("\n")
        elif tag in ("r", "fld"):
            text = element.findtext(f"{_DRAWING}t") or ""
            properties = element.find(f"{_DRAWING}rPr")
            shift = 0 if properties is None else _whole(properties.get("baseline"))
            parts.append(raised(text) if shift > 0 else lowered(text) if shift < 0 else text)
        else:
            parts += formula_parts(element)
    return "".join(parts)


def _whole(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else 0
