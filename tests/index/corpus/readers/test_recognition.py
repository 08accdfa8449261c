from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

import pytest

from index import DocumentError
from index.corpus.readers import reader_for, recognition
from index.corpus.readers.pdf import read_pdf
from index.corpus.rules import FileRules
from tests.index.corpus.readers.blocks import assert_passages_stand_where_they_say
from tests.index.corpus.readers.pdf_files import TOP, write

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract is not installed (apt: tesseract-ocr)"
)


@cache
def scan() -> bytes:
    """Return a PDF of a page of text and a page that is a picture of one."""
    import pypdfium2

    source = write()
    source.set_font_size(20)
    source.lines("Copper melts at a higher").lines("temperature than tin.", top=TOP + 10)
    page = pypdfium2.PdfDocument(bytes(source.output()))[0]
    pdf = write().lines("A page of text.")
    pdf.add_page()
    pdf.image(page.render(scale=3).to_pil(), 0, 0, 210, 297)
    return bytes(pdf.output())


def stand_in(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program named tesseract, which runs this code, before all others."""
    program = folder / "tesseract"
    program.write_text(f"#!{sys.executable}\nimport sys\n{code}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_picture_of_text_is_a_blank_page_unless_ocr_is_asked_for() -> None:
    document = read_pdf(scan(), "a.pdf", "id")
    assert (document.blank_pages, document.scanned_pages) == ((2,), ())


@needs_tesseract
def test_text_is_recognised_and_the_page_is_said_to_be_scanned() -> None:
    document = read_pdf(scan(), "a.pdf", "id", ocr="eng")
    assert (document.blank_pages, document.scanned_pages) == ((), (2,))
    assert "Copper melts at a higher\ntemperature than tin." in document.text
    assert {block.location.page for block in document.blocks} == {1, 2}
    assert_passages_stand_where_they_say(document)


@needs_tesseract
def test_a_language_that_tesseract_lacks_is_said() -> None:
    with pytest.raises(DocumentError, match=r"^a\.pdf, page 2: tesseract cannot read it: .*xyz"):
        read_pdf(scan(), "a.pdf", "id", ocr="xyz")


def test_tesseract_is_given_the_picture_and_the_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "data = sys.stdin.buffer.read(); kind, width, height, most = data.split(None, 4)[:4]\n"
        "assert kind == b'P5' and len(data) > int(width) * int(height) > 1e6, data[:20]\n"
        "print(' '.join(sys.argv[1:]) + '\\n\\nsecond\\f')"
    )
    stand_in(tmp_path, code, monkeypatch)
    document = read_pdf(scan(), "a.pdf", "id", ocr="eng+deu")
    assert document.text.endswith("stdin stdout -l eng+deu\n\nsecond")


def test_a_page_in_which_nothing_is_recognised_stays_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, "print(' \\n\\f')", monkeypatch)
    document = read_pdf(scan(), "a.pdf", "id", ocr="eng")
    assert (document.blank_pages, document.scanned_pages) == ((2,), ())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("sys.exit('no such thing')", "tesseract cannot read it: no such thing"),
        ("import time; time.sleep(60)", "tesseract took longer than 1 seconds"),
    ],
)
def test_a_tesseract_that_fails_or_hangs_is_a_reason(
    code: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "_SECONDS", 1)
    stand_in(tmp_path, code, monkeypatch)
    with pytest.raises(DocumentError, match=rf"^a\.pdf, page 2: {reason}"):
        read_pdf(scan(), "a.pdf", "id", ocr="eng")


def test_where_tesseract_is_missing_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DocumentError, match="tesseract is not installed; install tesseract-ocr"):
        read_pdf(scan(), "a.pdf", "id", ocr="eng")


def test_only_the_reader_of_pdf_takes_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "print('seen')", monkeypatch)
    assert reader_for("a.pdf", FileRules(ocr="eng"))(scan(), "a.pdf", "id").scanned_pages == (2,)
    assert reader_for("a.pdf")(scan(), "a.pdf", "id").scanned_pages == ()
    assert reader_for("a.TXT", FileRules(ocr="eng"))(b"Words.", "a.txt", "id").text == "Words."
