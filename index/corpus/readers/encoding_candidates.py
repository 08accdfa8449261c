"""Reads text in each encoding that it may be in, and weighs how likely each reading is."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import chardet
import regex

from index.corpus.readers.alphabets import alphabet_share, common_share

SAMPLE = 100_000  # bytes that the encoding is guessed from
# Encodings of other systems must be this much likelier than those of Windows and the web.
_LEGACY = 0.5
# The detector hardly proposes these for a headline in capitals.
_CAPITALS, _UNPROPOSED = ("cp1251", "koi8-r", "cp1253"), 0.7
_COMMONEST, _COMMONEST_GAIN = "cp1252", 1.4

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
# signs that follow no letter, ordinals and small figures before one, parts of frames beside one
_MISPLACED = regex.compile(r"(?<=\p{L})[‚„†‡‰¡¿¼½¾]|[ªº¹²³¼½¾](?=\p{L})|\w[─-▟]|[─-▟]\w")
_FRAMES, _FRAMES_ALONE = regex.compile(r"[─-▟]"), 0.05
_NOT_MONEY = 0.3  # of a reading with the sign of any currency, which nobody writes
# Romanian has commas below s and t; encodings older than them write a cedilla
_COMMAS = dict(zip("ŞşŢţ", "ȘșȚț", strict=True))
_ROMANIAN = "iso8859-16"
# it marks each character of half width, where in others any two bytes may be two of them
_MARKED_KANA, _HALF_WIDTH_MARK = "euc_jp", b"\x8e"
_HYPHENS = regex.compile(r"[-‐‑/_&@·・]")
# a capital within a word, or after its first, as in iPhone or BŸrger
_CASE_IN_WORD = regex.compile(r"\p{Ll}\p{Lu}|\p{Lu}[\p{Lu}--A-Z]\p{Ll}{2}", regex.V1)
_HANGUL = regex.compile(r"\p{Hangul}+")
_HALF_WIDTH = regex.compile(r"[\uff61-\uff9f]")
# a letter that ends words of Hebrew before another; Greek without an accent
_FINAL_WITHIN = regex.compile(r"[ךםןףץ][א-ת]")
_NO_ACCENT = regex.compile(r"^[α-ως]{4,}$")
_IN_NO_WORD = (_CASE_IN_WORD, _HALF_WIDTH, _FINAL_WITHIN, _NO_ACCENT)
# capitals of other alphabets may be read as these too
_KANA_WORD = regex.compile(
    r"(?:[\p{Han}\p{Hiragana}\u30a1-\u30ff]*+(?:[ｦｱ-ﾝ][ﾞﾟ]?[ｧ-ｯｰ]*+)+[\p{Han}\p{Hiragana}]*+)+"
)
_PERHAPS = 0.5  # of a word


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as one encoding reads it; the higher the weight, the likelier."""

    encoding: str
    text: str
    weight: float


def readings(data: bytes) -> Iterator[Reading]:
    """Yield a text as each encoding reads it that may be its own.

    Of the readings that differ only in how Romanian is written, all have its own letters.
    """
    romanian = data.decode(_ROMANIAN, "replace")
    sample = _sample(data)
    confidences: dict[str, float] = {}
    for era, share in ((_MODERN, 1.0), (_KNOWN, _LEGACY)):
        for found in chardet.detect_all(
            sample, ignore_threshold=True, encoding_era=era, exclude_encodings=_EXCLUDED
        ):
            encoding = codec_named(found["encoding"])
            gain = _COMMONEST_GAIN if encoding == _COMMONEST else 1.0
            confidence = found["confidence"] * share * gain
            confidences[encoding] = max(confidences.get(encoding, 0.0), confidence)
    least = _UNPROPOSED * max(confidences.values(), default=1.0)
    confidences |= {name: max(least, confidences.get(name, 0.0)) for name in _CAPITALS}
    # each mark makes it less likely that the bytes fit this encoding by chance
    if marks := data.count(_HALF_WIDTH_MARK):
        confidences[_MARKED_KANA] = marks * max(confidences.values(), default=1.0)
    for encoding, confidence in confidences.items():
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        read = sample.decode(encoding, "replace")
        if encoding == _MARKED_KANA:
            read = unicodedata.normalize("NFKC", read)
        weight = confidence * plausibility(read)
        if _with_commas(text) == romanian:
            text = romanian
        if weight > 0:
            yield Reading(encoding, text, weight)


def _with_commas(text: str) -> str:
    """Return the text with commas, a thousand times as fast as str.translate."""
    for cedilla, comma in _COMMAS.items():
        text = text.replace(cedilla, comma)
    return text


def codec_named(name: str | None) -> str:
    """Return Python's name of an encoding; one of Windows contains that of ISO."""
    try:
        found = codecs.lookup(name or "").name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252", "shift_jis": "cp932", "euc_kr": "cp949"}.get(found, found)


def _sample(data: bytes) -> bytes:
    """Return the lines that are not ASCII, up to `SAMPLE` bytes."""
    lines = (line for line in data.splitlines(keepends=True) if not line.isascii())
    sample = bytearray()
    for line in lines:
        sample += line
        if len(sample) > SAMPLE:
            break
    return bytes(sample[:SAMPLE])


def plausibility(text: str) -> float:
    """Return the share of the words beyond ASCII that look like words, squared.

    So is the share of their letters that one language has. It is 0 where the text holds control
    characters.
    """
    if any(unicodedata.category(char) == "Cc" and not char.isspace() for char in text):
        return 0.0
    tokens = (_SYMBOLS_AROUND.sub("", token) for token in _TOKENS.findall(text))
    words = [one for one in tokens if not one.isascii() and any(map(str.isalpha, one))]
    if not words and _FRAMES.search(text):
        return _FRAMES_ALONE
    good = sum(map(_is_word, words)) + _PERHAPS * sum(map(_is_kana_of_half_width, words))
    bad = len(words) - good + len(_MISPLACED.findall(text))
    share = (good + 0.1) / (good + bad + 0.1) * alphabet_share(text) * common_share(text)
    return share**2 * (_NOT_MONEY if "¤" in text else 1.0)


def _is_word(token: str) -> bool:
    if any(wrong.search(token) for wrong in _IN_NO_WORD) or _is_rare_hangul(token):
        return False
    return all(_WORD.fullmatch(part) for part in _HYPHENS.split(token) if part)


def _is_kana_of_half_width(token: str) -> bool:
    return bool(_HALF_WIDTH.search(token) and _KANA_WORD.fullmatch(token))


def _is_rare_hangul(token: str) -> bool:
    """Whether a word has syllables that Korean hardly uses, which KS X 1001 lacks."""
    syllables = "".join(_HANGUL.findall(token))
    # Python writes those that it lacks with eight bytes
    return len(syllables.encode("euc_kr", "replace")) > 2 * len(syllables)
