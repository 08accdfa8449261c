"""Reads CSV and TSV: each row is a passage of its own, with the names of its columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import Decoded, decode
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.rows import add_rows
from index.corpus.readers.sheets import Cell, Row
from index.types import Document, Metadata

_DELIMITERS = ",;\t|"
_STATED = re.compile(r"sep=(.)(?:\r\n|\r|\n)")  # for Excel, which does not show the line
_SEEN = 50_000  # characters that are searched for the delimiter
_LONGEST = 2**31 - 1  # characters of a cell; a C long on every system


def read_csv(data: bytes, path: str, identity: str) -> Document:
    """Read values separated by the delimiter that gives the rows the most similar widths.

    Raises:
        DocumentError: it is not text, or holds too much of it.
    """
    decoded = decode(data, path)
    stated = _STATED.match(decoded.text)
    if stated:
        rows = replace(decoded, text=decoded.text[stated.end() :])
        return _read(rows, stated[1], path, identity)
    delimiter = max(_DELIMITERS, key=lambda one: _likeness(decoded.text[:_SEEN], one))
    return _read(decoded, delimiter, path, identity)


def read_tsv(data: bytes, path: str, identity: str) -> Document:
    """Read values separated by tabs.

    Raises:
        DocumentError: it is not text, or holds too much of it.
    """
    return _read(decode(data, path), "\t", path, identity)


def _read(decoded: Decoded, delimiter: str, path: str, identity: str) -> Document:
    with parsing(path, "rows of values"):
        assembly = Assembly()
        rows = enumerate(_values(decoded.text, delimiter), start=1)
        add_rows((Row(number, _cells(values)) for number, values in rows), assembly)
        metadata = Metadata(title=title_of(path))
        return assembly.document(identity, path, metadata, notes=decoded.notes)


def _values(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the values of each row; a quote that is never closed is a character like others."""
    csv.field_size_limit(_LONGEST)  # by default a cell of 131,072 is an error
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    done = 0  # lines before the row
    for row in reader:
        rest = lines[done : reader.line_num]
        is_last = reader.line_num == len(lines) and len(rest) > 1
        if is_last and sum(line.count('"') for line in rest) % 2:
            yield from csv.reader(
                rest, delimiter=delimiter, skipinitialspace=True, quoting=csv.QUOTE_NONE
            )
        else:
            yield row
        done = reader.line_num


def _cells(values: list[str]) -> tuple[Cell, ...]:
    return tuple(Cell(column, text) for column, text in enumerate(values) if text.strip())


def _likeness(text: str, delimiter: str) -> tuple[float, int]:
    """Return the share of rows of the commonest width (0 if it is one cell), and that width."""
    try:
        widths = Counter(len(row) for row in _values(text, delimiter) if row)
    except csv.Error:
        return 0, 0
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (rows / widths.total(), width) if width > 1 else (0, width)
