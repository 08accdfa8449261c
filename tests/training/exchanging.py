"""Makes questions unanswerable: an exchanged name, number or word, or a negation."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'’-]+(?: (?:of |the |de |van )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_WORD = re.compile(r"[A-Za-z]+")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_OPPOSITES = """first last|largest smallest|biggest smallest|highest lowest|most least|before after
earliest latest|oldest youngest|more fewer|north south|east west|northern southern
eastern western|increase decrease|increased decreased|increases decreases|higher lower|high low
large small|big small|early late|earlier later|older younger|longer shorter|longest shortest|
above below|begin end|began ended|start end|started ended|start stop|open close|win lose
won lost|gain lose|gained lost|allow forbid|allowed banned|allows forbids|accept reject
accepted rejected|buy sell|bought sold|male female|men women|man woman|king queen|father mother
husband wife|son daughter|brother sister|best worst|good bad|positive negative|rich poor|fast slow
faster slower|strong weak|stronger weaker|hot cold|dry wet|inside outside|internal external
public private|urban rural|major minor|majority minority|maximum minimum|enter leave|entered left
arrive depart|arrived departed|join leave|joined left|support oppose|supported opposed|attack defend
attacked defended|create destroy|created destroyed|build demolish|built demolished|born died
married divorced|appointed dismissed|elected defeated|hired fired|rise fall|rose fell|upper lower
top bottom|front back|import export|imports exports|teacher student|often rarely
always never|usually rarely|ancient modern|past future|former current
friend enemy|friends enemies|allies enemies|ally enemy|victory defeat|success failure|famous unknown
popular unpopular|legal illegal|possible impossible|common rare|similar different|same different
include exclude|included excluded|includes excludes|visible invisible|wide narrow|deep shallow
heavy light|summer winter|morning evening|day night|black white|domestic foreign|native foreign
natural artificial|dead alive|true false|agree disagree|agreed disagreed|like dislike
known unknown|hardware software|written spoken|active passive|direct indirect|partial complete
lightest heaviest|closest farthest|nearest farthest|cause prevent|caused prevented|causes prevents
encourage discourage|encouraged discouraged|expand shrink|expanded shrank|remove add|removed added
given taken|give take|gave took|received sent|receive send|lend borrow|employee employer|defense offense
second third|primary secondary|two three|three five|four six|daily yearly|monthly weekly"""
_OPPOSITE: dict[str, list[str]] = defaultdict(list)
for _pair in filter(None, _OPPOSITES.replace("\n", "|").split("|")):
    _one, _other = _pair.split()
    _OPPOSITE[_one].append(_other)
    _OPPOSITE[_other].append(_one)

_NEGATIONS = {
    "did": "did not", "does": "does not", "do": "do not", "is": "is not", "are": "are not",
    "was": "was not", "were": "were not", "can": "cannot", "could": "could not",
    "has": "has not", "have": "have not", "will": "will not", "would": "would not",
    "should": "should not",
}  # fmt: skip
_COMMON = set(
    "the a an of in on at to for from by with and or what when where who whom which why how did does"
    " do is are was were can could has have had will would should be been that this these those it"
    " its their his her he she they many much as into than then there name type kind not any you".split()
)


class Exchanger:
    """Knows the words that stand in like places of all the questions."""

    def __init__(self, questions: Iterable[str]) -> None:
        """Learn which content words follow which word and end alike."""
        places: dict[tuple[str, str], set[str]] = defaultdict(set)
        names: dict[tuple[str, int], set[str]] = defaultdict(set)
        for question in questions:
            words = _WORD.findall(question)
            for before, word in pairwise(words):
                if word.islower() and word not in _COMMON and len(word) > 3:
                    places[before.lower(), _ending(word)].add(word)
            for name in _NAME.finditer(question):
                size = min(3, len(name.group().split()))
                names[_before(question, name.start()), size].add(name.group())
                names["", size].add(name.group())
        self._places = {key: sorted(words) for key, words in places.items()}
        self._names = {key: sorted(found) for key, found in names.items()}

    def name(self, question: str, window: str, chance: random.Random) -> tuple[str, str] | None:
        """Return a name of both question and window, and another that stands in neither."""
        found = [
            name
            for name in _NAME.finditer(question)
            if name.group() in window and name.group() not in _MONTHS
        ]
        if not found:
            return None
        match = chance.choice(found)
        name, size = match.group(), min(3, len(match.group().split()))
        alike = self._names.get((_before(question, match.start()), size), [])
        others = alike if len(alike) > 4 else self._names.get(("", size), [])
        return self._unlike(others, name, window + question, chance)

    def number(self, question: str, window: str, chance: random.Random) -> tuple[str, str] | None:
        """Return a number of both question and window, and another that stands in neither."""
        found = [number for number in _NUMBER.findall(question) if number in window]
        if not found:
            return None
        number = chance.choice(found)
        digits = number.replace(",", "").replace(".", "")
        if not digits.isdigit():
            return None
        if len(digits) == 4 and digits[:2] in ("15", "16", "17", "18", "19", "20"):
            others = [str(int(digits) + by) for by in (*range(-30, 0), *range(1, 31))]
        else:
            others = [number[:-1] + digit for digit in "0123456789"]
            others += [digit + number[1:] for digit in "123456789"]
        return self._unlike(others, number, window + question, chance)

    def opposite(self, question: str, window: str, chance: random.Random) -> str | None:
        """Return the question with one word for its opposite."""
        low = window.lower()
        found = [
            (word.span(), other)
            for word in _WORD.finditer(question)
            if word.start() == 0 or word.group().islower()
            for other in _OPPOSITE.get(word.group().lower(), ())
            if not re.search(rf"\b{other}\b", low)
        ]
        if not found:
            return None
        (start, end), other = chance.choice(found)
        return question[:start] + _cased(question[start:end], other) + question[end:]

    def negated(self, question: str, chance: random.Random) -> str | None:
        """Return the question with a "not" put in, or taken out."""
        if " not " in question:
            return question.replace(" not ", " ", 1)
        found = [
            word.span()
            for word in re.finditer(r"[a-z]+", question)
            if word.group() in _NEGATIONS and word.start() > 0
        ]
        if not found:
            return None
        start, end = found[0]
        helper = question[start:end]
        if helper in ("did", "does", "do"):
            rest = question[end:].split(" ")
            names = 1  # the verb follows the subject, whose length is guessed from capitals
            while names < len(rest) - 1 and (
                rest[names][:1].isupper() or rest[names].lower() in ("the", "a", "his", "their")
            ):
                names += 1
            if names > 1:
                subject, verb = " ".join(rest[:names]), " ".join(rest[names:])
                return f"{question[:start]}{helper}{subject} not {verb}"
            if chance.random() < 0.5:
                return f"{question[:start]}{helper}n't{question[end:]}"
        return question[:start] + _NEGATIONS[helper] + question[end:]

    def word(self, question: str, window: str, chance: random.Random) -> str | None:
        """Return the question with a content word of the window for one that is not in it."""
        low = window.lower()
        words = list(_WORD.finditer(question))
        found = [
            (word, others)
            for before, word in pairwise(words)
            if word.group().islower()
            and word.group() not in _COMMON
            and word.group()[:5] in low
            and (others := self._places.get((before.group().lower(), _ending(word.group()))))
        ]
        if not found:
            return None
        word, others = chance.choice(found)
        pair = self._unlike(others, word.group(), low + question, chance)
        if pair is None:
            return None
        return question[: word.start()] + pair[1] + question[word.end() :]

    @staticmethod
    def _unlike(
        others: list[str], one: str, text: str, chance: random.Random
    ) -> tuple[str, str] | None:
        for _ in range(8):
            if not others:
                return None
            other = chance.choice(others)
            stem = other[:5].lower() if other.isalpha() else other.lower()
            if other != one and stem not in text.lower():
                return one, other
        return None


def _before(question: str, place: int) -> str:
    words = _WORD.findall(question[:place])
    return words[-1].lower() if words else ""


def _ending(word: str) -> str:
    return next((end for end in ("ing", "ed", "ly", "s") if word.endswith(end)), "")


def _cased(like: str, word: str) -> str:
    return word.capitalize() if like[:1].isupper() else word
