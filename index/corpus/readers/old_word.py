"""Reads Word documents of 1997 to 2003 (.doc): their text and its notes ([MS-DOC], 2.4 and 2.5)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from index.corpus.readers.assembly import Assembly
from index.corpus.readers.ole_properties import ole_metadata
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.scripts import inline_note
from index.corpus.readers.tables import table_rows
from index.errors import DocumentError
from index.types import Document

_KIND = "a Word document (.doc)"
_WORD = 0xA5EC  # the first number of the main stream since Word 97
_FIRST_VERSION = 0xC1  # of 1997; the layout of files before was another
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200  # flags
_LENGTHS, _PIECES = 0x4C, 0x01A2  # where lengths of the texts and the place of the pieces stand
# Of footnotes and of endnotes: the number of their text among the texts, and where the place of the
# calls stands.
_NOTES = ((1, 0xAA), (5, 0x20A))
_TEXTS = 6  # the main one, and those of footnotes, page heads, macros, comments and endnotes
_COMPRESSED = 0x40000000  # a piece of one byte a character
# the shown text of a field stands between the second and the third of its three marks
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_MOST_NESTED = 16  # fields in fields
_NOTE = "\x02"
_SIGNS = str.maketrans({"\x0b": "\n", "\x1e": "-", "\x1f": None, "\x0c": "\r", "\xa0": " "})


def read_doc(data: bytes, path: str, identity: str) -> Document:
    """Read the paragraphs of an old Word document; rows of tables are lines, cells with bars.

    Footnotes and endnotes stand in brackets where they are called. Page heads and feet and
    comments are left out. Headings are paragraphs like others.

    Raises:
        DocumentError: it is another format, is encrypted, damaged or older than 1997.
    """
    import olefile

    if not olefile.isOleFile(BytesIO(data)):
        raise DocumentError(
            f"{path}: is not {_KIND}; give it the suffix of its format, or save it again"
        )
    with parsing(path, _KIND), olefile.OleFileIO(BytesIO(data)) as ole:
        stream = ole.openstream("WordDocument").read()
        identity_of, version = struct.unpack_from("<2H", stream)
        flags = struct.unpack_from("<H", stream, 0x0A)[0]
        if identity_of != _WORD or version < _FIRST_VERSION:
            raise DocumentError(f"{path}: is older than Word 97; save it as .docx")
        if flags & _ENCRYPTED:
            raise DocumentError(f"{path}: is encrypted; save it without a password")
        table = ole.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
        text = "".join(_pieces(stream, table))
        lengths = struct.unpack_from(f"<{_TEXTS}i", stream, _LENGTHS)
        assembly = Assembly()
        _add(_with_notes(text[: lengths[0]], _notes(stream, table, text, lengths)), assembly)
        return assembly.document(identity, path, ole_metadata(data, path))


def _pieces(stream: bytes, table: bytes) -> Iterator[str]:
    """Yield the text piece by piece, in order; the file holds the pieces in any."""
    start, size = struct.unpack_from("<2I", stream, _PIECES)
    entries = table[start : start + size]
    place = 0
    while entries[place] == 1:  # formats that pieces share
        place += 3 + struct.unpack_from("<H", entries, place + 1)[0]
    count = (struct.unpack_from("<I", entries, place + 1)[0] - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", entries, place + 5)
    descriptors = place + 5 + 4 * (count + 1)
    for number in range(count):
        at = struct.unpack_from("<I", entries, descriptors + 8 * number + 2)[0]
        length = ends[number + 1] - ends[number]
        if at & _COMPRESSED:
            at = (at & ~_COMPRESSED) // 2
            yield stream[at : at + length].decode("cp1252", "replace")
        else:
            yield stream[at : at + 2 * length].decode("utf-16-le", "replace")


def _notes(stream: bytes, table: bytes, text: str, lengths: Sequence[int]) -> list[str]:
    """Return footnotes and endnotes in the order of their calls."""
    found: list[tuple[int, str]] = []
    for number, place in _NOTES:
        start = sum(lengths[:number])
        notes = text[start : start + lengths[number]].split(_NOTE)[1:]
        at, size = struct.unpack_from("<2I", stream, place)
        # so many places of calls, each with two bytes of another kind, and the place of the end
        calls = struct.unpack_from(f"<{max(0, size - 4) // 6}I", table, at)
        without = [lengths[0]] * (len(notes) - len(calls))
        found += zip([*calls[: len(notes)], *without], notes, strict=True)
    return [note for _, note in sorted(found)]


def _with_notes(text: str, notes: Iterable[str]) -> str:
    """Return the text with its notes in the places that call them."""
    waiting = map(_plain, notes)
    return re.sub(_NOTE, lambda _: inline_note(next(waiting, "")), _plain(text))


def _plain(text: str) -> str:
    for _ in range(_MOST_NESTED):
        text, count = _FIELD.subn(lambda field: field[1] or "", text)
        if not count:
            break
    return text.translate(_SIGNS)


def _add(text: str, assembly: Assembly) -> None:
    """Add the paragraphs, which end with a CR, and the tables, whose cells end with a BEL."""
    cells: list[str] = []
    within: list[str] = []  # paragraphs of a cell that goes on
    for paragraph in re.split("(?<=[\r\x07])", text):
        words = paragraph.rstrip("\r\x07")
        if paragraph.endswith("\x07"):
            cells.append(" ".join([*within, words]))
            within = []
        elif cells and cells[-1]:
            within.append(words)
        else:
            assembly.add(table_rows(_rows(cells)), "lines")
            cells = []
            assembly.add(words)
    assembly.add(table_rows(_rows([*cells, *within])), "lines")


def _rows(cells: list[str]) -> list[list[str]]:
    """Part the cells of a table into rows, at whose ends there is an empty one.

    Other cells may be empty too, so the width is the least from two at which each row ends so.
    """
    for width in (*range(2, len(cells)), 1):
        ends = cells[width :: width + 1]
        if len(cells) % (width + 1) == 0 and not any(ends):
            return [cells[at : at + width] for at in range(0, len(cells), width + 1)]
    return [[cell] for cell in cells]
