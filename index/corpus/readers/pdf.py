"""Reads PDF: paragraphs with the number of their page, headings by the outline or by size."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, clean, day_of, title_of
from index.corpus.readers.layout import (
    Paragraph,
    across_pages,
    count_words,
    paragraphs,
    text_size,
    without_running_lines,
)
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.pdf_columns import in_reading_order
from index.corpus.readers.pdf_lines import page_lines
from index.corpus.readers.pdf_sections import Sections
from index.corpus.readers.pdf_tables import with_headers
from index.corpus.readers.properties import split_names
from index.corpus.readers.recognition import recognise
from index.errors import DocumentError
from index.types import Document, Location, Metadata

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MOST_PAGES = 20_000
_NOTE = 0.9  # of the size of the text: what footnotes have at most

_KIND = "a PDF"
_Page = list[tuple[Paragraph, int | None]]  # paragraphs, with the levels of headings
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")  # ISO 32000-1, 7.9.4


def read_pdf(data: bytes, path: str, identity: str, ocr: str = "") -> Document:
    """Read a PDF page by page; running heads and feet are left out, hyphenated words are joined.

    Pages without text are reported as blank. With `ocr`, languages of tesseract such as
    "eng+deu", tesseract recognises the text of such pages in their picture.

    Raises:
        DocumentError: it is no PDF, is encrypted or damaged, or tesseract fails.
    """
    with parsing(path, _KIND):
        pdf = _open(data, path)
        try:
            return _read(pdf, path, identity, ocr)
        finally:
            pdf.close()


def _open(data: bytes, path: str) -> PdfDocument:
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise DocumentError(
            f"{path}: is not {_KIND}; give it the suffix of its format, or save it again"
        )
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
            raise DocumentError(f"{path}: is encrypted; save it without a password") from error
        raise
    if len(pdf) > MOST_PAGES:
        raise DocumentError(f"{path}: has {len(pdf)} pages, more than {MOST_PAGES}; split it")
    return pdf


def _read(pdf: PdfDocument, path: str, identity: str, ocr: str) -> Document:
    pages = []
    for number in range(len(pdf)):
        page = pdf[number]
        pages.append(in_reading_order(page_lines(page)))
        page.close()
    pages = without_running_lines(pages)
    words = count_words(pages)
    least = _NOTE * text_size(pages)
    sections = Sections(pdf, pages)
    parted = (
        list(paragraphs(lines, words, partial(sections.is_title, page=number)))
        for number, lines in enumerate(pages, start=1)
    )
    found = [
        [(paragraph, sections.level(paragraph, number)) for paragraph in page]
        for number, page in enumerate(with_headers(parted), start=1)
    ]
    assembly = Assembly()
    blank, scanned = [], []
    crossing = ""
    for number, page in enumerate(found, start=1):
        before = assembly.length
        place = Location(page=number, part=_label(pdf, number))
        following = found[number] if number < len(found) else []
        is_continued = bool(crossing)
        crossing = _take_crossing(page, following, words, least)
        for paragraph, level in page:
            if level is None:
                assembly.add(paragraph.text, paragraph.kind, place)
            else:
                assembly.add_heading(paragraph.text, level, place)
        if crossing:
            labels = (_label(pdf, one) or str(one) for one in (number, number + 1))
            assembly.add(crossing, location=replace(place, part=" to ".join(labels)))
        is_empty = assembly.length == before and not is_continued
        if is_empty and ocr:
            for text in recognise(pdf[number - 1], ocr, f"{path}, page {number}"):
                assembly.add(text, location=place)
            if assembly.length > before:
                scanned.append(number)
        if is_empty and assembly.length == before:
            blank.append(number)
    return assembly.document(
        identity,
        path,
        _metadata(pdf, path, None if sections.outlined else assembly.leading_heading),
        pages=len(pages),
        blank_pages=tuple(blank),
        scanned_pages=tuple(scanned),
    )


def _take_crossing(page: _Page, following: _Page, words: Counter[str], least: float) -> str:
    """Take the sentence that goes on over a page break out of both pages and return it.

    Footnotes, in type smaller than `least`, may stand below its beginning.
    """
    place = len(page) - 1
    while place > 0 and page[place][0].size < least:
        place -= 1
    if not page or not following:
        return ""
    (last, last_level), (first, first_level) = page[place], following[0]
    if last_level is not None or first_level is not None or " | " in last.text + first.text:
        return ""
    crossing = across_pages(last.text, first.text, words)
    if crossing is None:
        return ""
    before, sentence, after = crossing
    page[place] = replace(last, text=before), None
    following[0] = replace(first, text=after), None
    return sentence


def _label(pdf: PdfDocument, page: int) -> str | None:
    """Return the label of a page, as "xii", where it is not the page's number."""
    label = clean(pdf.get_page_label(page - 1))
    return label if label and label != str(page) else None


def _metadata(pdf: PdfDocument, path: str, heading: str | None) -> Metadata:
    stated = pdf.get_metadata_dict()
    dates = (_DATE.match(stated[key].strip()) for key in ("CreationDate", "ModDate"))
    days = (day_of("-".join(date.groups())) for date in dates if date)
    return Metadata(
        title=title_of(path, stated["Title"], heading),
        authors=split_names(clean(stated["Author"])),
        date=next(filter(None, days), None),
        tags=tuple(filter(None, map(str.strip, re.split("[,;]", clean(stated["Keywords"]))))),
    )
