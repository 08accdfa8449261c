"""Reads the metadata of Word, PowerPoint and Excel files (ECMA-376 part 2, core properties).

The libraries of these formats invent properties for a file that has none, today's date among them.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from index.corpus.readers.archive import parse_xml
from index.corpus.readers.assembly import day_of, title_of
from index.types import Metadata

if TYPE_CHECKING:
    from zipfile import ZipFile

_RELATIONS = "_rels/.rels"
_USUAL = "docProps/core.xml"
# The dates of the templates of python-docx and python-pptx, which their files inherit.
_TEMPLATES = ("2013-12-23T23:15:00", "2013-01-27T09:14:16", "2013-01-27T09:15:58")
_NOBODY = {"anonymous", "unknown", "python-docx", "openpyxl", "unspecified"}


def stated_metadata(archive: ZipFile, path: str, *titles: str | None) -> Metadata:
    """Return a file's properties as metadata; where they name no title, the first of `titles`.

    The date is that of the last change. A file made from a template may say it was created after
    that, because the change is the template's. A file without properties has no date.
    """
    stated = _properties(archive)
    moments = (stated.get(name, "").strip() for name in ("created", "modified"))
    days = (day_of(one) for one in moments if not one.startswith(_TEMPLATES))
    return Metadata(
        title=title_of(path, stated.get("title"), *titles),
        authors=split_names(stated.get("creator", "")),
        date=max((day for day in days if day), default=None),
        language=stated.get("language", "").partition("-")[0].strip().lower() or None,
        tags=tuple(filter(None, map(str.strip, re.split("[,;]", stated.get("keywords", ""))))),
    )


def _properties(archive: ZipFile) -> dict[str, str]:
    """Return the texts of the part that the package names as its core properties."""
    names = set(archive.namelist())
    part = _USUAL
    if _RELATIONS in names:
        for one in parse_xml(archive.read(_RELATIONS)):
            if (one.get("Type") or "").endswith("/core-properties"):
                part = posixpath.normpath((one.get("Target") or "").lstrip("/"))
    if part not in names:
        return {}
    return {
        str(one.tag).rpartition("}")[2]: one.text or "" for one in parse_xml(archive.read(part))
    }


def split_names(names: str) -> tuple[str, ...]:
    """Return the authors in a list separated by semicolons, without names that programs made up."""
    found = (" ".join(name.split()) for name in names.split(";"))
    return tuple(name for name in found if name and name.lower().strip("()") not in _NOBODY)
