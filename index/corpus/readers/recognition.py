"""Recognises text in pictures of pages, by the tesseract that is installed on the system."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from index.errors import DocumentError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_DOTS_PER_INCH = 300  # what tesseract's documentation asks for ("Improving the quality")
_MOST_PIXELS = 40_000_000  # an A3 page at 300 dpi has 17 million
_SECONDS = 120


def recognise(page: PdfPage, languages: str, name: str) -> list[str]:
    """Return the paragraphs that tesseract reads in the picture of a page.

    `languages` are tesseract's names of them, such as "eng+deu". Nothing is written to disk.

    Raises:
        DocumentError: tesseract is missing, lacks a language, fails or takes too long.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise DocumentError(
            f"{name}: is a picture, and tesseract is not installed; install tesseract-ocr or "
            "switch ocr off"
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, given no shell
            [program, "stdin", "stdout", "-l", languages],
            input=_picture(page),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(
            f"{name}: tesseract took longer than {_SECONDS} seconds; switch ocr off"
        ) from None
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        reason = " ".join(said.decode("utf-8", "replace").split())[:200]
        raise DocumentError(f"{name}: tesseract cannot read it: {reason}") from error
    text = done.stdout.decode("utf-8", "replace").replace("\f", "\n\n")
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]


def _picture(page: PdfPage) -> bytes:
    """Return a page as a grey picture in the PGM format, which needs no encoder."""
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer)
    pixels = b"".join(
        rows[row * bitmap.stride : row * bitmap.stride + bitmap.width]
        for row in range(bitmap.height)
    )
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels
