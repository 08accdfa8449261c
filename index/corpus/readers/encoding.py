"""Decodes text whose encoding nobody stated, and says where the result is doubtful."""

from __future__ import annotations

import codecs
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import chardet

from index.corpus.lines import line_starts
from index.corpus.readers.encoding_candidates import SAMPLE, codec_named, plausibility, readings
from index.errors import DocumentError

_MARKS = (  # the longer first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SHOWN = 0.95  # the share of printable characters in any text
_MOST_BAD = 0.01  # the share of NUL characters in a damaged text; a file with more is no text
_ESCAPES = (
    "its encoding is doubtful: it changes character sets as ISO-2022 does, in a way that is not "
    "known; save it as UTF-8"
)
_SHOWN_LINES = 5  # numbers of lines that a note names

# Encoding Standard: what browsers read where a page or a message declares these
_DECLARED = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    # names that Python does not know
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "windows-949": "cp949",
    "x-mac-cyrillic": "mac-cyrillic",
}
_WORDS = 0.9  # of a text without ASCII: the plausibility of words of one script
_DOUBTFUL = 0.6  # of the best reading's weight: another reading is nearly as likely
_FEW, _FEW_DOUBTFUL = 7, 0.25  # of so few characters beyond ASCII, another one may well be right


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and notes on the parts that are lost or doubtful."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, path: str) -> Decoded:
    """Return the text of a file: UTF-8 where it is that, else in the likeliest encoding.

    A byte that is not UTF-8 in a text that is UTF-8 otherwise becomes U+FFFD, and a note says so.
    So does a NUL. Another note says when a second encoding is nearly as likely.

    Raises:
        DocumentError: the bytes are no text in any encoding.
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked:
        return _repaired(data, marked)
    if b"\0" in data:
        if wide := _wide_text(data):
            return Decoded(wide)
        if data.count(b"\0") > _MOST_BAD * len(data):
            raise DocumentError(
                f"{path}: holds NUL characters, so it is not text; save it as UTF-8"
            )
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if is_utf8(data):
            return _repaired(data, "utf-8")
        return _guessed(data, path)
    return _shifted(data) or _without_nul(text)


def recode(data: bytes, encoding: str, path: str) -> bytes:
    """Return text in a stated encoding as UTF-8; text that is UTF-8 already stays as it is.

    Raises:
        DocumentError: the encoding has no such name, or the file is in another one.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        if "\0" not in text and "\x1b" not in text:
            return data
    try:
        return data.decode(encoding).encode()
    except LookupError:
        raise DocumentError(
            f"{path}: its stated encoding {encoding!r} is unknown; use a name such as cp1252"
        ) from None
    except UnicodeError as error:
        raise DocumentError(
            f"{path}: is not in its stated encoding {encoding} ({error}); correct `encoding`"
        ) from None


def declared_codec(name: str) -> str:
    """Return the name of the encoding that a declared one stands for.

    Raises:
        LookupError: there is none of this name.
    """
    stated = name.strip().lower()
    found = _DECLARED.get(stated) or codecs.lookup(stated).name
    return _DECLARED.get(found, found)


def is_utf8(data: bytes) -> bool:
    """Return whether most of the bytes beyond ASCII, if there are any, are UTF-8."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(char > "\x7f" for char in text) - bad
    return good >= bad


def _repaired(data: bytes, encoding: str) -> Decoded:
    """Decode with U+FFFD in place of what is damaged, and note where."""
    text = data.decode(encoding, "replace")
    is_wide = encoding in ("utf-16", "utf-32")
    bad = text.count("\ufffd") - (0 if is_wide else data.count("\ufffd".encode()))
    noted = _without_nul(text)
    if not bad:
        return noted
    name = encoding.removesuffix("-sig").upper()
    return Decoded(noted.text, (f"not {name}{_shown_at(text, chr(0xFFFD), bad)}", *noted.notes))


def _without_nul(text: str) -> Decoded:
    nuls = text.count("\0")
    if not nuls:
        return Decoded(text)
    note = f"NUL characters{_shown_at(text, chr(0), nuls)}"
    return Decoded(text.replace("\0", "\ufffd"), (note,))


def _shown_at(text: str, char: str, count: int) -> str:
    """Say how many characters are shown as U+FFFD, and in which lines."""
    starts = [*line_starts(text), len(text)]
    lines = [
        line for line, (start, end) in enumerate(pairwise(starts), 1) if char in text[start:end]
    ]
    shown = ", ".join(map(str, lines[:_SHOWN_LINES]))
    more = f" and {len(lines) - _SHOWN_LINES} more" if len(lines) > _SHOWN_LINES else ""
    return f": {count} shown as \ufffd, in {'line' if len(lines) == 1 else 'lines'} {shown}{more}"


def _guessed(data: bytes, path: str) -> Decoded:
    """Return the likeliest reading of text that is not UTF-8."""
    found = sorted(readings(data), key=lambda one: -one.weight)
    if not found and (wide := _wide_text(data)) and plausibility(wide) >= _WORDS:
        return Decoded(wide)
    if not found:
        raise DocumentError(f"{path}: not text in any known encoding; save it as UTF-8")
    best = found[0]
    other = next((one for one in found if one.text != best.text), None)
    few = sum(char > "\x7f" for char in best.text) < _FEW
    least = _FEW_DOUBTFUL if few else _DOUBTFUL
    if other is None or other.weight < least * best.weight:
        return Decoded(best.text)
    return Decoded(
        best.text,
        (
            f"its encoding is doubtful: read as {best.encoding}, perhaps {other.encoding}; "
            "save it as UTF-8 or state `encoding` in a sidecar",
        ),
    )


def _wide_text(data: bytes) -> str:
    """Return the text of UTF-16 or UTF-32 without a byte order mark, "" if it is neither.

    A text is of few parts of Unicode; in the wrong byte order, its characters are from many.
    """
    found = []
    for encoding in _WIDE:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        shown = sum(char.isprintable() or char.isspace() for char in text)
        if "\0" not in text and shown >= _SHOWN * len(text):
            found.append(text)
    return min(found, key=_parts_of_unicode, default="")


def _parts_of_unicode(text: str) -> int:
    """Return from how many ranges of 256 characters the characters of a text are."""
    return len({ord(char) >> 8 for char in text})


def _shifted(data: bytes) -> Decoded | None:
    """Return the text of HZ, ISO-2022-JP or ISO-2022-KR, which are all ASCII, else None."""
    if b"\x1b" in data:
        name = codec_named(chardet.detect(data[:SAMPLE])["encoding"])
    elif b"~{" in data and b"~}" in data:
        name = "hz"
    else:
        return None
    if name == "hz" or name.startswith("iso2022"):
        with suppress(UnicodeDecodeError):
            return Decoded(data.decode(name))
    return Decoded(data.decode(), (_ESCAPES,)) if b"\x1b$" in data else None
