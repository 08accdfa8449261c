"""A citation as an item of CSL-JSON, which Zotero, Pandoc and others read.

The schema is https://resource.citationstyles.org/schema/latest/input/json/csl-data.json
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from index.citations.plain import one_line, place_in
from index.types import Metadata, Passage, Source

CslDate = TypedDict("CslDate", {"date-parts": list[list[int]]})


class CslName(TypedDict):
    """A whole name: the sources do not say which part is the family name."""

    literal: str


class CslItem(TypedDict, total=False):
    """The fields of an item that Pincite fills; unknown fields are absent."""

    id: str
    type: Literal["document", "webpage"]
    title: str
    author: list[CslName]
    publisher: str
    issued: CslDate
    URL: str
    language: str
    note: str


def cite_in_csl(passage: Passage, source: Source) -> CslItem:
    """Return an item whose note says where the passage stands."""
    meta = source.metadata
    item: CslItem = {
        "id": f"pincite-{source.id}-{passage.start}-{passage.end}",
        "type": "webpage" if meta.url else "document",
        "title": one_line(meta.title),
    }
    if meta.authors:
        item["author"] = [{"literal": one_line(name)} for name in meta.authors]
    if meta.publisher:
        item["publisher"] = one_line(meta.publisher)
    if meta.date:
        item["issued"] = {"date-parts": [_date_parts(meta)]}
    if meta.url:
        item["URL"] = meta.url
    if meta.language:
        item["language"] = meta.language
    item["note"] = one_line(", ".join(place_in(passage, source)))
    return item


def _date_parts(meta: Metadata) -> list[int]:
    """Return year, month and day, up to the known precision."""
    return [int(part) for part in (meta.written_date() or "").split("-")]
