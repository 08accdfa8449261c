"""Reads LaTeX: headings, paragraphs, and formulas as plain text."""

from __future__ import annotations

import re

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.dates import written_day
from index.corpus.readers.encoding import decode
from index.corpus.readers.numerals import numeral
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.tables import table_rows
from index.corpus.readers.text import paragraphs
from index.types import Document, Metadata

_BODY = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_LEVELS = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5}
_HEADING = re.compile(
    rf"\\({'|'.join(_LEVELS)})\*?(?:\[[^\]]*\])?\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}"
)
_FIELD = r"\\{}(?:\[[^\]]*\])?\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}"
_UNPRINTED = re.compile(r"\\(?:maketitle|tableofcontents)\b")
_LISTS = re.compile(
    r"\\begin\{(?P<begun>enumerate|itemize|description)\}(?:\[[^\]]*\])?"
    r"|\\end\{(?P<ended>enumerate|itemize|description)\}|\\item\b(?!\s*\[)"
)
_NUMERALS = ("decimal", "lowerLetter", "lowerRoman", "upperLetter")  # by the depth of a list
_TABLE_BEGINS, _TABLE_ENDS = r"\begin{tabular", r"\end{tabular"
_CELL_END = re.compile(r"(?<!\\)&")
_COMMENT = re.compile(r"(?<!\\)%.*")


def read_latex(data: bytes, path: str, identity: str) -> Document:
    """Read LaTeX without its preamble and comments; commands are replaced by what they print.

    Raises:
        DocumentError: it is not text, or nests too deep.
    """
    from pylatexenc.latex2text import LatexNodes2Text

    decoded = decode(data, path)
    with parsing(path, "LaTeX"):
        source = _outside_comments(_COMMENT.sub("", decoded.text))
        found = _BODY.search(source)
        convert = LatexNodes2Text(keep_comments=False).latex_to_text

        def stated(name: str) -> str:
            field = re.search(_FIELD.format(name), source)
            return " ".join(convert(field[1]).split()) if field else ""

        assembly = Assembly()
        # \\maketitle prints the fields above, and would make up those that are not stated
        body = _UNPRINTED.sub("", found[1] if found else source)
        parts = _HEADING.split(_with_cells(_numbered(body)))
        _add(convert(parts[0]), assembly)
        for kind, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            assembly.add_heading(convert(heading), _LEVELS[kind])
            _add(convert(text), assembly)
        authors = tuple(filter(None, map(str.strip, re.split(r"\\and|,", stated("author")))))
        title = title_of(path, stated("title"), assembly.first_heading)
        date, notes = None, decoded.notes
        try:
            date = written_day(stated("date"))
        except ValueError as error:
            notes += (f"left out the date: {error}",)
        metadata = Metadata(title=title, authors=authors, date=date)
        return assembly.document(identity, path, metadata, notes=notes)


def _outside_comments(source: str) -> str:
    """Return what stands outside the environments whose text is not printed."""
    before, *others = source.split(r"\begin{comment}")
    return before + "".join(one.partition(r"\end{comment}")[2] for one in others)


def _numbered(source: str) -> str:
    """Give the items of numbered lists the numbers that are printed before them."""
    counts: list[int | None] = []  # of the lists around a place; None of one without numbers

    def mark(found: re.Match[str]) -> str:
        if found["begun"]:
            counts.append(0 if found["begun"] == "enumerate" else None)
        elif found["ended"]:
            del counts[-1:]
        elif counts and (count := counts[-1]) is not None:
            counts[-1] = count + 1
            style = _NUMERALS[min(len(counts), len(_NUMERALS)) - 1]
            return f"\\item[{numeral(count + 1, style)}.]"
        return found[0]

    return _LISTS.sub(mark, source)


def _with_cells(source: str) -> str:
    """Part the cells of tables by bars, and tables from the text around them."""
    before, *others = source.split(_TABLE_BEGINS)
    parts = [before]
    for one in others:
        cells, end, rest = one.partition(_TABLE_ENDS)
        name, brace, after = rest.partition("}")
        row = _CELL_END.sub(" | ", cells) if end else cells
        parts += ["\n\n", _TABLE_BEGINS, row, end, name, brace, "\n\n" if end else "", after]
    return "".join(parts)


def _add(text: str, assembly: Assembly) -> None:
    for block in paragraphs(text, 0):
        found = text[block.span.start : block.span.end]
        rows = [line.split(" | ") for line in found.splitlines() if line.strip()]
        if all(len(row) > 1 for row in rows):
            assembly.add(table_rows(rows), "lines")
        else:
            assembly.add(found)
