"""Which files are read, and how."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FILE_MB = 100


@dataclass(frozen=True, slots=True)
class RecordFields:
    """The names of the fields of a JSON record; `a.b` is field b of the object in field a.

    The fields named in `text` are the record's prose, and the first of `title` is its heading. All
    others are lines `name: value`, except those in `left_out`. If a file is one record, its date,
    address and authors are the document's.
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
    """How files are read, and the largest file that is read.

    `ocr` are languages of tesseract such as "eng+deu", with which scanned pages are read too;
    `json_fields` names the fields of JSON records. `encoding` is that of text files that are not
    UTF-8, such as "cp1252"; by default it is detected. `date_order`, "DMY" or "MDY", says how a
    date such as 04/05/2020 in the first lines of a text is read.
    """

    max_file_mb: int = MAX_FILE_MB
    ocr: str = ""
    json_fields: RecordFields = DEFAULT_FIELDS
    encoding: str = ""
    date_order: str = ""


USUAL = FileRules()
