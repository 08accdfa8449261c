"""Decides which lines of a PDF are headings, and of what level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.corpus.readers.layout import Paragraph, text_size
from index.corpus.readers.pdf_line import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_NUMBERING = re.compile(r"^(?:chapter |appendix |part )?[\divxlc]{1,5}(?:\.\d+)*[.:)]?\s+")
_NO_LETTERS = re.compile(r"[\W_]+")
_DEEPEST = 6
_LARGER = 1.15  # times the size of the text
_LONGEST = 150  # characters of a heading


class Sections:
    """The headings of a PDF: those of its outline if it has one, else lines in larger type.

    Attributes:
        outlined: whether there is an outline.
    """

    def __init__(self, pdf: PdfDocument, pages: Sequence[list[Line]]) -> None:
        self._titles: dict[int, dict[str, int]] = {}
        for item in pdf.get_toc(max_depth=_DEEPEST):
            target = item.get_dest()
            page = None if target is None else target.get_index()
            title = _key(item.get_title())
            if page is not None and title:
                self._titles.setdefault(page + 1, {}).setdefault(title, item.level + 1)
        self.outlined = bool(self._titles)
        least = _LARGER * text_size(pages)
        sizes = {round(line.size, 1) for page in pages for line in page}
        larger = sorted((size for size in sizes if size >= least), reverse=True)
        self._levels = {size: level for level, size in enumerate(larger[:_DEEPEST], start=1)}

    def is_title(self, line: Line, page: int) -> bool:
        """Whether the outline names this line on this page, counted from 1."""
        return _key(line.text) in self._titles.get(page, {})

    def level(self, paragraph: Paragraph, page: int) -> int | None:
        """Return the level of a paragraph that is a heading, 1 being the highest."""
        if self.outlined:
            return self._titles.get(page, {}).get(_key(paragraph.text))
        text = paragraph.text
        if len(text) > _LONGEST or text.count("\n") > 1 or not any(map(str.isalpha, text)):
            return None
        return self._levels.get(round(paragraph.size, 1))


def _key(title: str) -> str:
    return _NO_LETTERS.sub(" ", _NUMBERING.sub("", title.strip().lower())).strip()
