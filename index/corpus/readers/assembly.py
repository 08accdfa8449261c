"""Builds the text of a document from blocks, for formats whose files are not text."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import PurePosixPath

from index.types import NOWHERE, Block, BlockKind, Document, Location, Metadata, Precision, Span

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# characters that XML and browsers cannot show, and surrogates, which UTF-8 cannot hold
_UNPRINTABLE = re.compile(r"[\0-\x08\x0e-\x1f\x7f-\x9f\xad\ufeff\ud800-\udfff\ufffe\uffff]")
_MOST = 50_000_000  # characters; the complete works of Shakespeare hold 5 million
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")

# titles that programs give to untitled files: LibreOffice, ReportLab, PowerPoint, python-docx
_UNTITLED = {"untitled", "anonymous", "unspecified", "powerpoint presentation", "word document"}
_MADE_BY = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")


class TooMuchText(Exception):
    """More text than a document may hold."""


class Assembly:
    """A document that is being built: blocks are added in reading order."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []

    @property
    def length(self) -> int:
        """The number of characters so far."""
        return self._length

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the sections that the next block belongs to."""
        return tuple(title for _, title in self._path)

    @property
    def first_heading(self) -> str | None:
        """The first heading, if there is any."""
        return next((one.headings[-1] for one in self._blocks if one.kind == "heading"), None)

    @property
    def leading_heading(self) -> str | None:
        """The heading that the document begins with, if there is one."""
        return self.first_heading if self._blocks and self._blocks[0].kind == "heading" else None

    def add(
        self,
        text: str,
        kind: BlockKind = "prose",
        location: Location = NOWHERE,
        *,
        close: bool = False,
    ) -> None:
        """Add a block, after a blank line, or on the next line if `close`; blank ones are left out.

        Every line end becomes a newline, and unprintable characters are dropped.
        """
        text = clean(text, keep_blank_lines=kind == "lines")
        if not text:
            return
        gap = ("\n" if close else "\n\n") if self._blocks else ""
        start = self._length + len(gap)
        if start + len(text) > _MOST:  # names of columns are repeated in every row
            raise TooMuchText(f"makes more than {_MOST:,} characters of text; split the file")
        self._parts += [gap, text]
        self._length = start + len(text)
        self._blocks.append(Block(Span(start, self._length), kind, self.headings, location))

    def add_heading(self, text: str, level: int, location: Location = NOWHERE) -> None:
        """Add a heading; it ends the sections of its level and of deeper ones. 1 is the highest."""
        title = " ".join(clean(text).split())
        if title:
            self.enter(title, level)
            self.add(title, "heading", location)

    def enter(self, title: str, level: int) -> None:
        """Begin a section whose heading is not in the text, such as a sheet of a workbook."""
        self.leave(level)
        self._path.append((level, title))

    def leave(self, level: int) -> None:
        """End the sections of this level and of deeper ones."""
        self._path = [(above, title) for above, title in self._path if above < level]

    def document(
        self,
        identity: str,
        path: str,
        metadata: Metadata,
        *,
        pages: int = 0,
        blank_pages: tuple[int, ...] = (),
        scanned_pages: tuple[int, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Document:
        """Return the document of the blocks added so far."""
        return Document(
            identity,
            path,
            "".join(self._parts),
            metadata,
            tuple(self._blocks),
            pages=pages,
            blank_pages=blank_pages,
            scanned_pages=scanned_pages,
            notes=notes,
        )


def clean(text: str, *, keep_blank_lines: bool = False) -> str:
    """Return the text without unprintable characters, outer white space and blank lines."""
    text = _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))
    if keep_blank_lines:
        return text.rstrip().strip("\n")  # the first line may be indented
    return _BLANK_LINES.sub("\n", text).strip()


def day_of(moment: str) -> dt.date | None:
    """Return the day of an ISO 8601 date or time; None if it names no day."""
    try:
        return dt.date.fromisoformat(moment.strip()[:10])
    except ValueError:
        return None


def date_of(moment: str) -> tuple[dt.date | None, Precision]:
    """Return the day of an ISO 8601 date, or the first day of a month or year."""
    text = moment.strip()
    if re.fullmatch(r"\d{4}", text):
        return day_of(f"{text}-01-01"), "year"
    if re.fullmatch(r"\d{4}-\d\d", text):
        return day_of(f"{text}-01"), "month"
    return day_of(text), "day"


def title_of(path: str, *candidates: str | None) -> str:
    """Return the first title that no program made up, else the name of the file."""
    for candidate in candidates:
        title = _MADE_BY.sub("", " ".join(clean(candidate or "").split()))
        if title and title.lower().strip("()") not in _UNTITLED:
            return title
    return PurePosixPath(path).stem or path
