"""Real files, damaged and encrypted ones too: each is read whole or refused by name."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook
from pptx import Presentation

from index import Folder
from index.corpus.readers import READERS, Reader
from index.ingest.isolation import read_isolated
from index.ingest.job import describe_job
from index.ingest.limits import Limits
from index.ingest.passages import Splitter
from tests.conftest import ROOT
from tests.fakes import count_words
from tests.index.corpus.readers.blocks import assert_read_or_refused
from tests.index.corpus.readers.pdf_files import write
from tests.index.corpus.readers.test_docx import saved
from tests.index.corpus.readers.test_epub import book
from tests.index.corpus.readers.test_odt import archive
from tests.index.corpus.readers.test_pptx import add_slide, add_text

DATA = ROOT.parent / "shared" / "data"
DOCUMENTS = sorted(
    file
    for file in (DATA / "documents").rglob("*")
    if file.is_file() and file.suffix.lower() in READERS
)
OFFICE = ROOT / "tests/data/office"  # what no library writes
BAD = sorted(file for file in (DATA / "badinput").rglob("*") if file.is_file())
needs_shared_files = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"{DATA} is absent; it holds the files to read"
)


@needs_shared_files
def test_real_files_are_read_but_for_those_that_are_damaged_or_encrypted() -> None:
    refusals = [
        assert_read_or_refused(READERS[file.suffix.lower()], file.read_bytes(), file.name)
        for file in DOCUMENTS
    ]
    assert [reason.partition("; ")[0] for reason in refusals if reason] == [
        "libreoffice-writer-password.pdf: is encrypted",
        "unreadablemetadata.pdf: cannot be read as a PDF",
    ]


@needs_shared_files
@pytest.mark.parametrize(
    "reader", dict.fromkeys(READERS.values()), ids=lambda reader: str(reader.__name__)
)
def test_input_that_breaks_parsers_is_read_or_refused(reader: Reader) -> None:
    assert BAD
    for file in BAD:
        assert_read_or_refused(reader, file.read_bytes(), file.name)


CUT = [".docx", ".eml", ".epub", ".odt", ".pdf", ".pptx", ".xlsx", ".doc", ".msg", ".xls", ".xlsb"]


@pytest.mark.parametrize("suffix", CUT)
def test_files_cut_short_or_with_bytes_changed_are_read_or_refused(suffix: str) -> None:
    whole = one_of_each()[suffix]
    for step in range(1, 20):
        place = len(whole) * step // 20
        for damaged in (whole[:place], whole[:place] + b"\xff\0<\x80" + whole[place + 4 :]):
            assert_read_or_refused(READERS[suffix], damaged, "a")


def one_of_each() -> dict[str, bytes]:
    word, talk = docx.Document(), Presentation()
    word.add_paragraph("Words.")
    add_text(add_slide(talk).shapes, "Words.")
    book_of_rows, mail = BytesIO(), EmailMessage()
    workbook = Workbook()
    workbook.active.append(["Words."])
    workbook.save(book_of_rows)
    mail["Subject"] = "Words"
    office = {file.suffix: file.read_bytes() for file in sorted(OFFICE.glob("*.*"))}
    return office | {
        ".csv": b"a,b\n1,2\n",
        ".docx": saved(word),
        ".eml": mail.as_bytes(),
        ".epub": book(),
        ".html": b"<p>Words.",
        ".json": b'{"a": 1}',
        ".jsonl": b'{"a": 1}',
        ".md": b"Words.",
        ".odt": archive("<text:p>Words.</text:p>"),
        ".pdf": bytes(write().lines("Words.").output()),
        ".pptx": saved(talk),
        ".rst": b"Words.",
        ".rtf": rb"{\rtf1 Words.\par}",
        ".txt": b"W\xf6rter, und immer mehr davon.",
        ".xlsx": book_of_rows.getvalue(),
    }


def test_every_format_is_read_without_files_or_network(tmp_path: Path) -> None:
    for suffix, data in one_of_each().items():
        (tmp_path / f"a{suffix}").write_bytes(data)
    folder = Folder(tmp_path)
    job = describe_job(folder, count_words, Splitter(), Limits(seconds=30))
    readings = read_isolated(job, list(folder.files()))
    assert [(one.failure, bool(one.document and one.document.text)) for _, one in readings] == [
        (None, True)
    ] * len(one_of_each())
