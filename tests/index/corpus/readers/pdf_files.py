"""PDF files to read, whose lines stand where a test puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.index.corpus.readers.pdf_writer import Writer

LEFT, TOP, LINE = 20.0, 30.0, 5.0  # millimetres


def write(pages: int = 1) -> Writer:
    """Return a PDF to write to, with so many empty pages."""
    from tests.index.corpus.readers.pdf_writer import Writer  # it imports fpdf, which takes long

    return Writer(pages)
