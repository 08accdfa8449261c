"""Writes PDF files line by line, for tests of their reader."""

from __future__ import annotations

from fpdf import FPDF

from tests.index.corpus.readers.pdf_files import LEFT, LINE, TOP


class Writer(FPDF):
    """Writes lines where they are put, in Helvetica of 10 points."""

    def __init__(self, pages: int = 1) -> None:
        super().__init__()
        for _ in range(pages):
            self.add_page()

    def add_page(self, *args: object, **options: object) -> None:
        super().add_page(*args, **options)  # type: ignore[arg-type]
        self.set_font("helvetica", size=10)

    def lines(self, *lines: str, left: float = LEFT, top: float = TOP) -> Writer:
        for number, line in enumerate(lines):
            self.text(left, top + LINE * number, line)
        return self
