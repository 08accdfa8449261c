"""Reads the metadata of Word and PowerPoint files (ECMA-376 part 2, core properties)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Protocol

from index.corpus.readers.assembly import title_of
from index.types import Metadata

# The dates of the templates of python-docx and python-pptx, which their files inherit.
_TEMPLATES = {
    dt.datetime(2013, 12, 23, 23, 15),
    dt.datetime(2013, 1, 27, 9, 14, 16),
    dt.datetime(2013, 1, 27, 9, 15, 58),
}
_NOBODY = {"anonymous", "unknown", "python-docx", "openpyxl", "unspecified"}


class CoreProperties(Protocol):
    """The core properties that python-docx and python-pptx give alike."""

    title: str
    author: str
    language: str
    keywords: str
    created: dt.datetime | None
    modified: dt.datetime | None


def stated_metadata(properties: CoreProperties, path: str, *titles: str | None) -> Metadata:
    """Return a file's properties as metadata; where they name no title, the first of `titles`.

    The date is that of the last change. A file made from a template may say it was created after
    that, for the change is the template's.
    """
    moments = (properties.created, properties.modified)
    days = [one.date() for one in moments if one and one.replace(tzinfo=None) not in _TEMPLATES]
    return Metadata(
        title=title_of(path, properties.title, *titles),
        authors=split_names(properties.author),
        date=max(days, default=None),
        language=properties.language.partition("-")[0].strip().lower() or None,
        tags=tuple(filter(None, map(str.strip, re.split("[,;]", properties.keywords)))),
    )


def split_names(names: str) -> tuple[str, ...]:
    """Return the authors in a list separated by semicolons, without names that programs made up."""
    found = (" ".join(name.split()) for name in names.split(";"))
    return tuple(name for name in found if name and name.lower().strip("()") not in _NOBODY)
