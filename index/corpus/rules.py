"""Which files are read, and how."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FILE_MB = 100


@dataclass(frozen=True, slots=True)
class RecordFields:
    """The names of the fields of a JSON record; `a.b` is field b of the object in field a.

    All that are there of `text` are the record's prose, and the first of `title` heads it. Others
    are lines `name: value`, without those of `left_out`. Date, address and authors of a file that
    is one record are the document's.
    """

    text: tuple[str, ...] = ("text", "body", "content")
    title: tuple[str, ...] = ("title", "headline", "name", "subject")
    date: tuple[str, ...] = ("date", "published", "created_at")
    url: tuple[str, ...] = ("url", "link")
    authors: tuple[str, ...] = ("authors", "author", "by")
    left_out: tuple[str, ...] = ()


DEFAULT_FIELDS = RecordFields()


@dataclass(frozen=True, slots=True)
class FileRules:
    """Up to which size files are read, and how.

    With `ocr`, languages that tesseract knows such as "eng+deu", scanned pages are read too;
    `json_fields` are the fields of JSON records.
    """

    max_file_mb: int = MAX_FILE_MB
    ocr: str = ""
    json_fields: RecordFields = DEFAULT_FIELDS


USUAL = FileRules()
