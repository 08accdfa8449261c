"""Reads LaTeX: headings, paragraphs, and formulas as plain text."""

from __future__ import annotations

import re

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.dates import written_day
from index.corpus.readers.encoding import decode
from index.corpus.readers.latex_verbatim import Verbatim
from index.corpus.readers.latex_words import latex_words
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
_LISTS = re.compile(
    r"\\begin\{(?P<begun>enumerate|itemize|description)\}(?:\[[^\]]*\])?"
    r"|\\end\{(?P<ended>enumerate|itemize|description)\}|\\item\b(?!\s*\[)"
)
_NUMERALS = ("decimal", "lowerLetter", "lowerRoman", "upperLetter")  # by the depth of a list
_TABLE = re.compile(r"\\(begin|end)\{(?:tabular[xy]?\*?|longtable|xltabular|supertabular)\}")
_RULE = re.compile(r"\\cmidrule(?:\([lr]{1,2}\))?\{[^{}]*\}")
_CELL_END = re.compile(r"(?<!\\)&")
_COMMENT = re.compile(r"(?<!\\)%.*")
_UNPRINTED = ((r"\begin{comment}", r"\end{comment}"), (r"\iffalse", r"\fi"))


def read_latex(data: bytes, path: str, identity: str) -> Document:
    """Read LaTeX without its preamble and comments; commands are replaced by what they print.

    Raises:
        DocumentError: it is not text, or nests too deep.
    """
    decoded = decode(data, path)
    with parsing(path, "LaTeX"):
        verbatim = Verbatim(decoded.text)
        source = _outside_comments(_COMMENT.sub("", verbatim.source))
        found = _BODY.search(source)
        convert = latex_words(source[: found.start()] if found else "")

        def stated(name: str) -> str:
            field = re.search(_FIELD.format(name), source)
            return " ".join(convert(field[1]).split()) if field else ""

        assembly = Assembly()
        body = found[1] if found else source
        parts = _HEADING.split(_with_cells(_numbered(body)))
        _add(convert(parts[0]), assembly, verbatim)
        for kind, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            assembly.add_heading(verbatim.restore(convert(heading)), _LEVELS[kind])
            _add(convert(text), assembly, verbatim)
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
    """Return what stands outside the parts whose text is not printed."""
    for begin, end in _UNPRINTED:
        before, *others = source.split(begin)
        source = before + "".join(one.partition(end)[2] for one in others)
    return source


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
    parts, at, depth = [], 0, 0
    for found in _TABLE.finditer(source):
        part = source[at : found.start()]
        parts.append(_CELL_END.sub(" | ", _RULE.sub("", part)) if depth else part)
        if found[1] == "begin":
            parts += ["\n\n", found[0]]
            depth += 1
        else:
            parts += [found[0], "\n\n"]
            depth -= bool(depth)
        at = found.end()
    return "".join([*parts, source[at:]])


def _add(text: str, assembly: Assembly, verbatim: Verbatim) -> None:
    for block in paragraphs(text, 0):
        found = text[block.span.start : block.span.end]
        rows = [line.split(" | ") for line in found.splitlines() if line.strip()]
        if verbatim.is_alone(found):
            assembly.add(verbatim.restore(found), "lines")
        elif 2 * sum(len(row) > 1 for row in rows) > len(rows):
            assembly.add(verbatim.restore(table_rows(rows)), "lines")
        else:
            assembly.add(verbatim.restore(found))
