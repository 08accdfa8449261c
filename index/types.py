"""The values that flow through Pincite: frozen, typed, and free of behaviour that does work."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal

from index.filters import Filter


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of Unicode code points: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the original file a text stands; each is None where the format has no such thing.

    `page`, `slide` and `row` count from 1, as the programs that show them do; `sheet` is a
    sheet's name, and `part` names a part of a message or a chapter of a book.
    """

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    row: int | None = None
    part: str | None = None


NOWHERE = Location()

BlockKind = Literal["prose", "lines", "heading"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document that readers keep together.

    `headings` is the path of sections it stands in, its own included if it is a heading. Tables
    and code are cut between lines only, never between sentences. A passage never holds blocks of
    two locations, so a block with a row of its own becomes a passage of its own.
    """

    span: Span
    kind: BlockKind = "prose"
    headings: tuple[str, ...] = ()
    location: Location = NOWHERE


Precision = Literal["year", "month", "day"]
_WRITTEN = {"year": 4, "month": 7, "day": 10}  # characters of an ISO date

# Who says so: the user, in front matter or in a file beside the document; the document's own
# properties or headings; the name of its file; or the day on which the file was last written.
Origin = Literal["stated", "metadata", "file name", "file time"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a source apart from its text.

    Where only a year or a month is known, `date` is its first day, and `precision` says so.
    `file_date` is the day, in UTC, on which the file was last written; it is known only where
    `date` is not, and shown but never ranked by. `extra` are the keys that Pincite has no field
    for, each with its values; `origins` says of each field and key that has a value who gave it.
    """

    title: str
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    date: dt.date | None = None
    url: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    precision: Precision = "day"
    file_date: dt.date | None = None
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()
    origins: tuple[tuple[str, Origin], ...] = ()

    def written_date(self) -> str | None:
        """Return the date in ISO 8601, no closer than it is known: 2020, 2020-02, 2020-02-14."""
        return self.date.isoformat()[: _WRITTEN[self.precision]] if self.date else None


@dataclass(frozen=True, slots=True)
class Document:
    """One source: its extracted text and the blocks that passages are cut from.

    `id` is derived from `path`, which is relative to the documents folder and uses `/`.
    For text formats `text` is the whole decoded file, so offsets and lines hold in the file too;
    `body` is where the prose begins, after any front matter. `pages` is how many pages the file
    has, 0 if it has none; those in `blank_pages` hold no text, as scanned ones do not, and the
    text of those in `scanned_pages` was recognised from their picture. `notes` say, each in a
    line, what of the file is not in the text.
    """

    id: str
    path: str
    text: str
    metadata: Metadata
    blocks: tuple[Block, ...] = ()
    body: int = 0
    pages: int = 0
    blank_pages: tuple[int, ...] = ()
    scanned_pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def document_id(path: str) -> str:
    """Return the id of the document at `path`: 16 hexadecimal digits that depend on it alone."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is searched and cited as one.

    `text == document.text[start:end]`; `sentences` are spans within `text`; `lines` are the first
    and last line, counted from 1, that the passage touches in the document's text.
    """

    document_id: str
    start: int
    end: int
    text: str
    lines: tuple[int, int]
    headings: tuple[str, ...] = ()
    location: Location = NOWHERE
    sentences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question and how it is to be answered.

    `top_k` counts passages, 1 to 50. Only sources that pass `filter` are searched, all if it is
    None. `asked_on` is the day of asking, today if it is None; `prefer_recent` orders passages
    that score alike by date, newest first.
    """

    text: str
    top_k: int = 5
    asked_on: dt.date | None = None
    filter: Filter | None = None
    prefer_recent: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage ranks where it does; each part is comparable between questions.

    `dense` and `sentence` are cosines of the passage and of its best sentence with the question,
    `lexical` is BM25 as a share of the most the question could score, `time` what was taken off
    for the source's date, and `reranked` what a reranker gave it, None if there is none or it has
    not read the passage. `fused` is the score that ranks: the mean with `reranked` if there is a
    reranker.
    """

    fused: float
    dense: float
    sentence: float
    lexical: float
    time: float
    reranked: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a passage was taken from, without its text.

    `copies` are the paths of other files that hold the same. Where it is `stale`, the file has
    changed since and could not be read, so that this is its previous version.
    """

    id: str
    path: str
    metadata: Metadata
    copies: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its source, its scores and the sentence that answers.

    `evidence` are spans within `passage.text`, the first being the best sentence. `duplicates`
    are other places where nearly the same passage stands.
    """

    passage: Passage
    source: Source
    scores: Scores
    evidence: tuple[Span, ...] = ()
    duplicates: tuple[tuple[Passage, Source], ...] = ()
