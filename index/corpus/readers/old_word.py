"""Reads Word documents of before 2007 (.doc), by the catdoc that is installed on the system."""

from __future__ import annotations

import os
import shutil
import subprocess

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.text import paragraphs
from index.errors import DocumentError
from index.types import Document, Metadata

_SECONDS = 60


def read_doc(data: bytes, path: str, identity: str) -> Document:
    """Read the paragraphs of an old Word document.

    Raises:
        DocumentError: catdoc is missing, fails or takes too long.
    """
    program = shutil.which("catdoc")
    if program is None:
        raise DocumentError(
            f"{path}: is of a format before 2007; install catdoc, or save it as .docx"
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, given no shell
            [program, "-w", "-dutf-8"],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=dict(os.environ),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DocumentError(f"{path}: catdoc cannot read it; save it as .docx") from error
    text = done.stdout.decode("utf-8", "replace")
    assembly = Assembly()
    for block in paragraphs(text, 0):
        assembly.add(text[block.span.start : block.span.end])
    return assembly.document(identity, path, Metadata(title=title_of(path)))
