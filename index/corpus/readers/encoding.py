"""Decodes text whose encoding nobody stated, and says where the result is doubtful."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import chardet
import regex

from index.corpus.lines import line_starts
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
_SAMPLE = 100_000  # bytes that the encoding is guessed from
_SHOWN_LINES = 5  # numbers of lines that a note names

# Encodings of other systems must be this much likelier than those of Windows and the web.
_LEGACY = 0.5
_COMMONEST, _COMMONEST_GAIN = "cp1252", 1.4
_DOUBTFUL = 0.6  # of the best reading's weight: another reading is nearly as likely

_MODERN = chardet.EncodingEra.MODERN_WEB
_KNOWN = (
    _MODERN
    | chardet.EncodingEra.LEGACY_ISO
    | chardet.EncodingEra.LEGACY_MAC
    | chardet.EncodingEra.LEGACY_REGIONAL
    | chardet.EncodingEra.DOS
)
_EXCLUDED = ("shift_jis_2004",)  # cp932 reads the same files, and is what Windows writes
# Words of one script; a word of Japanese mixes three.
_WORD = regex.compile(
    r"[\p{Latin}\p{M}\p{N}'’ʼ]+|[\p{Cyrillic}\p{M}\p{N}'’]+|[\p{Greek}\p{M}\p{N}'’]+"
    r"|[\p{Hebrew}\p{M}\p{N}]+|[\p{Arabic}\p{M}\p{N}]+|[\p{Thai}\p{M}\p{N}]+|[\p{Hangul}\p{N}]+"
    r"|[A-Za-z\p{N}]*+[\p{Han}\p{Hiragana}\p{Katakana}ー々〆][\p{Han}\p{Hiragana}\p{Katakana}ー々〆\p{N}]*"
    r"|[\p{Han}\p{Hiragana}\p{Katakana}ー々〆\p{N}]+[A-Za-z]*"
)
_TOKENS = regex.compile(
    r"[^\s\p{P}]+(?:[\p{P}--[.,;:!?\u3000-\u303f\uff00-\uffef]][^\s\p{P}]+)*", regex.V1
)
_SYMBOLS_AROUND = regex.compile(r"^\p{S}+|\p{S}+$")
_MISPLACED = regex.compile(r"(?<=\p{L})[‚„†‡‰¡¿]")  # they follow no letter
_HYPHENS = regex.compile(r"[-‐‑/_&@·・]")
_CASE_IN_WORD = regex.compile(r"\p{Ll}\p{Lu}")
_HALF_WIDTH = regex.compile(r"[\uff61-\uff9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and notes on what of it is lost or doubtful."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text as one encoding reads it; the higher the weight, the likelier."""

    encoding: str
    text: str
    weight: float


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
    if b"\x1b" in data and (shifted := _shifted_text(data)):
        return Decoded(shifted)
    return _without_nul(text)


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
    readings = sorted(_readings(data), key=lambda one: -one.weight)
    if not readings:
        raise DocumentError(f"{path}: not text in any known encoding; save it as UTF-8")
    best = readings[0]
    other = next((one for one in readings if one.text != best.text), None)
    if other is None or other.weight < _DOUBTFUL * best.weight:
        return Decoded(best.text)
    return Decoded(
        best.text,
        (
            f"its encoding is doubtful: read as {best.encoding}, perhaps {other.encoding}; "
            "save it as UTF-8 or state `encoding` in a sidecar",
        ),
    )


def _readings(data: bytes) -> Iterable[_Reading]:
    sample = _sample(data)
    confidences: dict[str, float] = {}
    for era, share in ((_MODERN, 1.0), (_KNOWN, _LEGACY)):
        for found in chardet.detect_all(
            sample, ignore_threshold=True, encoding_era=era, exclude_encodings=_EXCLUDED
        ):
            encoding = _codec(found["encoding"])
            gain = _COMMONEST_GAIN if encoding == _COMMONEST else 1.0
            confidence = found["confidence"] * share * gain
            confidences[encoding] = max(confidences.get(encoding, 0.0), confidence)
    for encoding, confidence in confidences.items():
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        weight = confidence * _plausibility(sample.decode(encoding, "replace"))
        if weight > 0:
            yield _Reading(encoding, text, weight)


def _codec(name: str | None) -> str:
    """Return Python's name of an encoding; one of Windows contains that of ISO."""
    try:
        found = codecs.lookup(name or "").name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252", "shift_jis": "cp932", "euc_kr": "cp949"}.get(found, found)


def _sample(data: bytes) -> bytes:
    """Return the lines that are not ASCII, up to `_SAMPLE` bytes."""
    lines = (line for line in data.splitlines(keepends=True) if not line.isascii())
    sample = bytearray()
    for line in lines:
        sample += line
        if len(sample) > _SAMPLE:
            break
    return bytes(sample[:_SAMPLE])


def _plausibility(text: str) -> float:
    """Return the share of the words beyond ASCII that look like words, squared.

    It is 0 where the text holds control characters.
    """
    if any(unicodedata.category(char) == "Cc" and not char.isspace() for char in text):
        return 0.0
    tokens = (_SYMBOLS_AROUND.sub("", token) for token in _TOKENS.findall(text))
    words = [one for one in tokens if not one.isascii() and any(map(str.isalpha, one))]
    good = sum(map(_is_word, words))
    bad = len(words) - good + len(_MISPLACED.findall(text))
    return ((good + 0.1) / (good + bad + 0.1)) ** 2


def _is_word(token: str) -> bool:
    if _CASE_IN_WORD.search(token) or _HALF_WIDTH.search(token):
        return False
    return all(_WORD.fullmatch(part) for part in _HYPHENS.split(token) if part)


def _wide_text(data: bytes) -> str:
    """Return the text of UTF-16 or UTF-32 without a byte order mark, "" if it is neither.

    Latin text is legible in one byte order alone: the other makes rare characters of it.
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
    return max(found, key=lambda text: sum(char.isascii() for char in text), default="")


def _shifted_text(data: bytes) -> str:
    """Return the text of ISO-2022-JP or ISO-2022-KR, which is ASCII with escapes, else ""."""
    name = _codec(chardet.detect(data[:_SAMPLE])["encoding"])
    if not name.startswith("iso2022"):
        return ""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return ""
