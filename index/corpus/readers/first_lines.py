"""Finds the title and the date that a plain text states in its first lines, as saved pages do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.corpus.readers.dates import BETWEEN, NUMERIC, YEAR, day_or_none, numeric_day, worded_day

_MOST_LINES = 8  # that are not blank
_LONGEST_TITLE = 150  # characters
_LONGEST_DATE_LINE = 80
_MOST_BESIDE = 4  # words beside a date: the name of a section, a place or an author

_SENTENCE_END = re.compile(r"[.!?。！？]['\"”’)\]]*$|[,:;،؛、]$")
_UNDERLINE = re.compile(r"([=\-~*#_])\1{2,}$")
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,2}")
_BYLINE = re.compile(
    r"(?i:by|von|par|por|di|door|av|af|autor|author|автор|作者)[:：]?"
    r"(?: (?:and|und|et|y|e|och|og|&|[^\W\d_a-zà-öø-ÿ][\w'’.-]*)){1,6},?"
)
# lower-case, since "By the river" may be a headline
_BYLINE_BELOW = re.compile(r"(?:by|von|par|por|di)(?: \S+){1,3}")
_SUBJECT = re.compile(
    r"(?:subject|title|headline|betreff|titel|objet|titre|asunto|título|titulo|titolo|тема|заголовок"
    r"|başlık|başlıq|标题|標題|件名|제목)\s*[:：]\s*|(?-i:title )",
    re.I,
)
_SHORT_YEAR = re.compile(r"\d{1,2}(?:\. ?|[ /-])[^\W\d]+\.?[ /-]['’]?\d\d")
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:UTC|GMT|[A-Z]{3,4}))?", re.I)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_LABELS = re.compile(
    r"(?:date|dated|published|posted|updated|last updated|created|issued"
    r"|datum|stand|veröffentlicht|fecha|publicado|data|publié(?: le)?|le|дата|опубликовано"
    r"|son güncelleme|aktualisiert(?: am)?|mis à jour(?: le)?|actualizado|atualizado|aggiornato"
    r"|обновлено|更新日|更新时间|日期|发布时间|发布日期|日付|公開日|tarix|tarih)\b\s*[:：]?\s*",
    re.I,
)
# what stands beside the date of something else than the text
_OF_OTHERS = re.compile(
    r"\b(?:born|died|founded|established|deadline|due|valid|expires?|until|since|before|after"
    r"|copyright|geboren|gestorben|nacid[oa]|né[e]?)\b|[©†*]",
    re.I,
)
# words beside a date that say nothing else: by, at, year
_SMALL = set("by at on am um uhr à le г года р року roku di von par de 時 发布".split())
_BARS = re.compile(r"[|·•]")


@dataclass(frozen=True, slots=True)
class FirstLines:
    """What the first lines of a text state; `notes` say why a date was left out."""

    title: str = ""
    date: dt.date | None = None
    notes: tuple[str, ...] = ()


def read_first_lines(text: str, date_order: str = "") -> FirstLines:
    """Return the headline and the date that stand alone in the first lines of a text.

    A date in running text is never taken. One such as 04/05/2020 is left out with a note unless
    `date_order`, "DMY" or "MDY", says how it is read.
    """
    lines = [*_first(text), ""]
    title = _title(lines, date_order)
    notes = []
    for line in lines:
        found = _date_alone(line, date_order)
        if found is None:
            continue
        if isinstance(found, dt.date):
            return FirstLines(title, found)
        notes.append(
            f"left out the date {found}, which can be read two ways; state `date_order: DMY` or "
            "`date_order: MDY` in a sidecar or in the folder's _metadata.yaml"
        )
        break
    return FirstLines(title, None, tuple(notes))


def _first(text: str) -> Iterator[str]:
    """Yield the first lines, stripped; a blank one after each paragraph."""
    count = 0
    for line in text[:4000].splitlines():
        stripped = line.strip()
        count += bool(stripped)
        if count > _MOST_LINES:
            return
        if stripped or count:
            yield stripped


def _title(lines: list[str], date_order: str) -> str:
    filled = [line for line in lines if line]
    if len(filled) < 2:
        return ""
    if subject := next((line for line in filled if _SUBJECT.match(line)), ""):
        return _SUBJECT.sub("", subject, count=1)[:_LONGEST_TITLE]
    for line, after, later in zip(lines, lines[1:], [*lines[2:], ""], strict=False):
        if not line or any(one.fullmatch(line) for one in (_BYLINE_BELOW, _SHORT_YEAR)):
            continue
        if _date_alone(line, date_order) is not None:
            continue
        underlined = bool(_UNDERLINE.match(after))
        follows = later if _BYLINE.fullmatch(after) else after
        alone = not follows or underlined or _date_alone(follows, date_order) is not None
        title = " ".join(line.lstrip("#").split())
        return title if alone and _is_headline(line, underlined) else ""
    return ""


def _is_headline(line: str, underlined: bool) -> bool:
    if len(line) > _LONGEST_TITLE or not any(map(str.isalpha, line)) or _UNDERLINE.match(line):
        return False
    if underlined:
        return True
    if _SENTENCE_END.search(line) or line.startswith(("-", "*", "•", ">", "<", "{", "[", "#!")):
        return False
    # two or three words in capitals alone may be the name of the author
    words = line.split()
    is_name = _NAME.fullmatch(line) and all(word[0].isupper() for word in words)
    return not is_name or line.isupper()


def _date_alone(line: str, date_order: str) -> dt.date | str | None:
    """Return the date of a line that holds little else, or the date as written if ambiguous."""
    if len(line) > _LONGEST_DATE_LINE or len(YEAR.findall(line)) != 1 or _OF_OTHERS.search(line):
        return None
    if len(parts := _BARS.split(line)) > 1:
        line = next(part for part in parts if YEAR.search(part)).strip()
    label = _LABELS.match(line)
    rest = line[label.end() :] if label else line
    if found := _ISO.search(rest):
        day = day_or_none(int(found[1]), int(found[2]), int(found[3]))
        return day if day and _is_little(rest, found.span(), bool(label)) else None
    if found := NUMERIC.search(rest):
        if not _is_little(rest, found.span(), bool(label)):
            return None
        return numeric_day(found, date_order)
    return _worded(rest, bool(label))


def _worded(line: str, labelled: bool) -> dt.date | None:
    """Return a date whose month is a word or a CJK sign, in any language of dateparser."""
    tokens = list(re.finditer(r"\S+", line))
    year = next((at for at, one in enumerate(tokens) if YEAR.search(one[0])), None)
    if year is None:
        return None
    spans = [
        (tokens[start].start(), tokens[end].end()) for start, end in _stretches(len(tokens), year)
    ]
    if not any(_is_little(line, span, labelled) for span in spans):
        return None  # before the parser is asked, which takes a second to load its languages
    for span in spans:
        if day := worded_day(line[span[0] : span[1]]):
            return day if _is_little(line, span, labelled) else None
    return None


def _stretches(count: int, year: int) -> Iterator[tuple[int, int]]:
    """Yield first and last tokens of stretches around the year, the shorter first."""
    for length in range(1, 6):
        for start in range(max(0, year - length + 1), year + 1):
            if start + length <= count:
                yield start, start + length - 1


def _is_little(line: str, span: tuple[int, int], labelled: bool) -> bool:
    """Whether a line holds little besides a date: a time, a place, the name of a section."""
    beside = _TIME.sub(" ", f"{line[: span[0]]} {line[span[1] :]}")
    words = [word for word in (one.strip(BETWEEN) for one in beside.split()) if word]
    if labelled:
        return len(words) <= 2 * _MOST_BESIDE
    if len(words) > _MOST_BESIDE or _SENTENCE_END.search(line.rstrip(".")):
        return False
    return all(not word[0].islower() or word.lower() in _SMALL for word in words)
