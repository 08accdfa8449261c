"""Real files, damaged and encrypted ones too: each is read whole or refused by name."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from pptx import Presentation

from index import Document, DocumentError, Folder, Passage
from index.isolation import Limits, read_isolated
from index.readers import READERS
from tests.conftest import ROOT
from tests.index.readers.blocks import assert_passages_stand_where_they_say
from tests.index.readers.test_docx import saved
from tests.index.readers.test_epub import book
from tests.index.readers.test_odt import archive
from tests.index.readers.test_pdf import Writer
from tests.index.readers.test_pptx import add_slide, add_text

DATA = ROOT.parent / "shared" / "data"
DOCUMENTS = sorted(
    file for file in (DATA / "documents").rglob("*") if file.suffix.lower() in READERS
)
BAD = sorted(file for file in (DATA / "badinput").rglob("*") if file.is_file())
needs_shared_files = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"{DATA} is absent; it holds the files to read"
)


def read_or_refuse(data: bytes, name: str, suffix: str) -> str:
    """Return the reason why a file is refused, if it is; check what was read of it otherwise."""
    try:
        document = READERS[suffix](data, name, "id")
    except DocumentError as error:
        reason = str(error)
    else:
        assert_passages_stand_where_they_say(document)
        assert document.text.encode("utf-8").decode("utf-8") == document.text
        return ""
    assert reason.startswith(name)
    assert "\n" not in reason
    return reason


@needs_shared_files
def test_real_files_are_read_but_for_those_that_are_damaged_or_encrypted() -> None:
    refusals = [
        read_or_refuse(file.read_bytes(), file.name, file.suffix.lower()) for file in DOCUMENTS
    ]
    assert [reason.partition("; ")[0] for reason in refusals if reason] == [
        "libreoffice-writer-password.pdf: is encrypted",
        "unreadablemetadata.pdf: cannot be read as a PDF",
    ]


@needs_shared_files
@pytest.mark.parametrize("suffix", [".docx", ".epub", ".html", ".odt", ".pdf", ".pptx"])
def test_input_that_breaks_parsers_is_read_or_refused(suffix: str) -> None:
    assert BAD
    for file in BAD:
        read_or_refuse(file.read_bytes(), file.name, suffix)


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".odt", ".pdf", ".pptx"])
def test_files_cut_short_or_with_bytes_changed_are_read_or_refused(suffix: str) -> None:
    whole = one_of_each()[suffix]
    for step in range(1, 20):
        place = len(whole) * step // 20
        read_or_refuse(whole[:place], "a", suffix)
        read_or_refuse(whole[:place] + b"\xff\0<\x80" + whole[place + 4 :], "a", suffix)


def one_of_each() -> dict[str, bytes]:
    word, talk = docx.Document(), Presentation()
    word.add_paragraph("Words.")
    add_text(add_slide(talk).shapes, "Words.")
    return {
        ".docx": saved(word),
        ".epub": book(),
        ".html": b"<p>Words.",
        ".odt": archive("<text:p>Words.</text:p>"),
        ".pdf": bytes(Writer().lines("Words.").output()),
        ".pptx": saved(talk),
    }


def test_every_format_is_read_without_files_or_network(tmp_path: Path) -> None:
    for suffix, data in one_of_each().items():
        (tmp_path / f"a{suffix}").write_bytes(data)
    folder = Folder(tmp_path)
    readings = read_isolated(folder, folder.files(), into_nothing, Limits(seconds=30))
    assert [(one.failure, bool(one.document and one.document.text)) for one in readings] == [
        (None, True)
    ] * len(one_of_each())


def into_nothing(document: Document) -> list[Passage]:
    return []
