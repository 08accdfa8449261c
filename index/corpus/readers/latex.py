"""Reads LaTeX: headings, paragraphs, and formulas as plain text."""

from __future__ import annotations

import re

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.text import paragraphs
from index.types import Document, Metadata

_BODY = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_LEVELS = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5}
_HEADING = re.compile(
    rf"\\({'|'.join(_LEVELS)})\*?(?:\[[^\]]*\])?\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}"
)
_FIELD = r"\\{}(?:\[[^\]]*\])?\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}"
_COMMENT = re.compile(r"(?<!\\)%.*")


def read_latex(data: bytes, path: str, identity: str) -> Document:
    """Read LaTeX without its preamble and comments; commands are replaced by what they print.

    Raises:
        DocumentError: it is not text, or nests too deep.
    """
    from pylatexenc.latex2text import LatexNodes2Text

    decoded = decode(data, path)
    with parsing(path, "LaTeX"):
        source = _COMMENT.sub("", decoded.text)
        found = _BODY.search(source)
        convert = LatexNodes2Text(keep_comments=False).latex_to_text

        def stated(name: str) -> str:
            field = re.search(_FIELD.format(name), source)
            return " ".join(convert(field[1]).split()) if field else ""

        assembly = Assembly()
        parts = _HEADING.split(found[1] if found else source)
        _add(convert(parts[0]), assembly)
        for kind, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            assembly.add_heading(convert(heading), _LEVELS[kind])
            _add(convert(text), assembly)
        authors = tuple(filter(None, map(str.strip, re.split(r"\\and|,", stated("author")))))
        metadata = Metadata(
            title=title_of(path, stated("title"), assembly.first_heading), authors=authors
        )
        return assembly.document(identity, path, metadata, notes=decoded.notes)


def _add(text: str, assembly: Assembly) -> None:
    for block in paragraphs(text, 0):
        assembly.add(text[block.span.start : block.span.end])
