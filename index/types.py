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
    """Where in the original file a text stands; a field is None if the format has no such unit.

    `page`, `slide` and `row` count from 1. `sheet` is the name of a sheet, `part` names a part of a
    message, a chapter of a book, a time in subtitles, or the label of a page such as "xii".
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
    """A part of a document that a reader found, such as a paragraph, a heading or a table row.

    `headings` is the path of sections that the block stands in; a heading includes itself. Blocks
    of `lines`, such as tables and code, are cut between lines only. A passage never holds blocks of
    two locations, so a block with its own row becomes a passage of its own.
    """

    span: Span
    kind: BlockKind = "prose"
    headings: tuple[str, ...] = ()
    location: Location = NOWHERE


Precision = Literal["year", "month", "day"]
_WRITTEN = {"year": 4, "month": 7, "day": 10}  # characters of an ISO date

# Where a value comes from: "stated" by the user in front matter or in a metadata file beside the
# document; "metadata" from the properties or headings of the document; the first lines of a
# plain text; the name of the file; or the day on which the file was last written.
Origin = Literal["stated", "metadata", "first lines", "file name", "file time"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a source.

    If only a year or a month is known, `date` is its first day, and `precision` says so.
    `file_date` is the day, in UTC, on which the file was last written; it is set only without a
    `date`, and it is shown but does not affect ranking. `extra` holds the other keys, each with its
    values. `origins` says for each field and key with a value where the value comes from.
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
    `body` is where the prose begins, after any front matter. `pages` is the number of pages, 0 for
    formats without pages. `blank_pages` have no text, for instance because they are scanned; the
    text of `scanned_pages` was recognised from their image. Each note in `notes` is one line that
    says what of the file is not in the text.
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
    """Return the id of the document at `path`: 16 hexadecimal digits, made of the path only."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document that is searched and cited as one unit.

    `text == document.text[start:end]`; `sentences` are spans within `text`; `lines` are the first
    and last line, counted from 1, that the passage touches in the document's text. `headings` is
    the heading path of its first sentence; `sections` are the sections that begin after it, each
    with the index of its first sentence and its heading path. `language` is its code of ISO 639-1,
    empty if it is not clear; see index.lexical.languages.
    """

    document_id: str
    start: int
    end: int
    text: str
    lines: tuple[int, int]
    headings: tuple[str, ...] = ()
    location: Location = NOWHERE
    sentences: tuple[Span, ...] = ()
    sections: tuple[tuple[int, tuple[str, ...]], ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question and how to answer it.

    `top_k` is the number of passages, 1 to 50. Only sources that pass `filter` are searched, all
    sources if it is None. `asked_on` is the day of asking, today if it is None. `prefer_recent`
    orders passages with similar scores by date, newest first.
    """

    text: str
    top_k: int = 5
    asked_on: dt.date | None = None
    filter: Filter | None = None
    prefer_recent: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a passage ranks where it does; each part is comparable between questions.

    `dense` and `sentence` are cosines of the question with the passage and with its best sentence.
    `lexical` is BM25 divided by the most that the question could score. `time` is what was
    subtracted for the date of the source. `reranked` is the score of the reranker, None if it did
    not read the passage. `fused` is the score that ranks; with a reranker, its mean with
    `reranked`.
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

    `copies` are the paths of other files with the same content. A `stale` source is the previous
    version of a file that can no longer be read.
    """

    id: str
    path: str
    metadata: Metadata
    copies: tuple[str, ...] = ()
    stale: bool = False


# How the answers of several sources relate.
AgreementKind = Literal["agree", "differ", "changed"]


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """The words of a passage that answer, as an answer model sees it.

    `span` is within the text of the passage, and `text` is what stands there. `probability` is
    that the sentences around it answer, from 0 to 1.
    """

    text: str
    span: Span
    probability: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its source, its scores and the sentence that answers.

    `evidence` are spans within `passage.text`, the best sentence first. `duplicates` are other
    passages with nearly the same text. `answer` is None where no answer model read the passage or
    it found no likely answer.
    """

    passage: Passage
    source: Source
    scores: Scores
    evidence: tuple[Span, ...] = ()
    duplicates: tuple[tuple[Passage, Source], ...] = ()
    answer: FoundAnswer | None = None
