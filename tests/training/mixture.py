"""The mixture that the answer model learns from: questions of all kinds, answered and not."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson

from tests.training.balance import balanced
from tests.training.exchanging import Exchanger
from tests.training.held_out import HeldOut
from tests.training.invented import invent
from tests.training.lookups import ask_above, lead, look_up, quote
from tests.training.sources import READING, Pair, read_groups, read_pairs, thin
from tests.training.windows import Example, Span, cut, most_alike, sentences_of
from tests.training.written import written_questions, written_texts

_SPANS = {  # set: most pairs, times that each is seen
    "squad-train-part": (9999, 3),
    "squad-train-sample": (9999, 3),
    "squad2-balanced-part": (9999, 4),
    "qamr": (9000, 1),
    "nq-answerability": (9999, 1),
    "nq-open-oracle": (9999, 1),
    "qed-dev": (9999, 1),
    "multispanqa-valid": (9999, 1),
    "timeqa-human-windows": (9999, 1),
    "policyqa": (2000, 1),
    "quoref-dev": (1000, 1),
    "fairytaleqa": (1800, 1),
    "condaqa-dev": (99, 1),
    "ni-multirc-single-sentence": (1500, 1),
    "repliqa-part": (9999, 1),
}
_SENTENCES = {"squad-train-sentences": 7000, "squad-train-du-test": 1500, "bioasq-sentences": 1000}
_YES_NO = {"boolq-part": 2500, "pubmedqa-l": 400, "nq-yesno": 71}
_MINED = {"mined-squad": 3500, "mined-nq": 1200}
_WRITTEN = 2  # times that each question is seen
_INVENTED = 9000
_LOOKUPS, _QUOTES, _ASKED_ABOVE = 6000, 3000, 5000
_EXCHANGED = 6000  # questions that an exchange makes unanswerable
_WEIGHTS = {  # of the kinds that start so, in the order of a training
    "people:ni": 1.0,
    "people:written": 6.0,
    "people:": 4.0,
    "written": 6.0,
    "squad-train-sentences": 0.7,
    "squad-train-du": 0.5,
    "squad": 3.0,
    "same paragraph": 1.5,
    "exchanged word": 0.3,
    "exchanged negated": 1.0,
    "exchanged": 1.0,
    "nq-": 1.5,
    "qed": 1.5,
    "timeqa": 1.5,
    "mined": 0.7,
    "boolq": 0.6,
    "other text": 0.6,
    "fairytaleqa": 0.4,
    "quoref": 0.4,
    "bioasq": 0.4,
    "medquad": 0.3,
    "pubmedqa": 0.3,
    "policyqa": 0.3,
    "ni-": 0.3,
}
_SPARED = {"negated": 0.7, "opposite": 0.6, "word": 0.75}  # so that no way prevails

_HEADINGS = "Introduction History Background Overview Details Summary Description Notes".split()
_QUESTION_WORDS = set(
    "what when where who whom whose which why how did does do is are was were the a an of in on at to"
    " for by with that this".split()
)


def build(seed: int, folder: Path = READING) -> tuple[list[Example], list[Example]]:
    """Return the examples to learn from, mixed, and the held-out ones, of other texts."""
    chance = random.Random(seed)
    parts: tuple[Iterable[Example], ...] = (
        *(
            _marked(thin(read_pairs(name, folder), most, chance), times, chance)
            for name, (most, times) in _SPANS.items()
        ),
        _marked(written_questions(folder), _WRITTEN, chance),
        _marked(written_texts(), _WRITTEN, chance),
        *(_whole(name, most, chance, folder) for name, most in _SENTENCES.items()),
        *(_yes_no(name, most, chance, folder) for name, most in _YES_NO.items()),
        *(_mined(name, most, chance, folder) for name, most in _MINED.items()),
        _selected(chance, folder),
        _sentence_groups("ni-multirc-answerability", 300, 900, chance, folder),
        _sentence_groups("ni-mctaco-span", 95, 500, chance, folder),
        _medical(1200, 1200, chance, folder),
        invent(_INVENTED, chance),
    )
    held_out = HeldOut(folder)
    examples = [
        replace(example, held=held_out.holds(example)) for part in parts for example in part
    ]
    examples += _exchanged(examples, chance)
    examples = list(map(_untokenised, examples))
    examples += [*quote(examples, _QUOTES, chance), *ask_above(examples, _ASKED_ABOVE, chance)]
    examples = [_worded(_headed(lead(example, chance), chance), chance) for example in examples]
    examples += look_up(_LOOKUPS, chance)
    chance.shuffle(examples)
    held = [example for example in examples if example.held]
    learn = [example for example in examples if not example.held]
    return list(balanced(ordered(learn, random.Random(seed)))), held


def ordered(examples: list[Example], chance: random.Random) -> list[Example]:
    """Return the examples in an order in which a kind of more weight comes more often at first.

    A short training sees mostly these, a long one all. Efraimidis and Spirakis (2006).
    """

    def key(example: Example) -> float:
        kinds = (weight for name, weight in _WEIGHTS.items() if example.kind.startswith(name))
        return float(chance.random() ** (1 / next(kinds, 1.0)))

    return sorted(examples, key=key, reverse=True)


def build_once(seed: int, folder: Path) -> tuple[list[Example], list[Example]]:
    """Return the mixture that the folder holds for the seed; make and keep it at first."""
    kept = [folder / f"{part}-{seed}.jsonl" for part in ("learn", "held")]
    if not all(path.exists() for path in kept):
        folder.mkdir(parents=True, exist_ok=True)
        for path, examples in zip(kept, build(seed), strict=True):
            path.write_bytes(b"\n".join(map(orjson.dumps, examples)))
    learn, held = ([_read(line) for line in path.read_bytes().splitlines()] for path in kept)
    return learn, held


def _read(line: bytes) -> Example:
    one = orjson.loads(line)
    one["spans"] = tuple((start, end) for start, end in one["spans"])
    one["inside"] = tuple(one["inside"])
    return Example(**one)


def _marked(pairs: Iterable[Pair], times: int, chance: random.Random) -> Iterator[Example]:
    """Yield windows around the answers, and windows of the same text without them."""
    for pair in pairs:
        for _ in range(times):
            if not pair.answerable:
                around = most_alike(pair.text, pair.question)
                yield _example(pair, cut(pair.text, around, chance), 0, f"people:{pair.source}")
            elif pair.answers:
                yield _answered(pair, cut(pair.text, chance.choice(pair.answers), chance))
        if pair.answerable and chance.random() < 0.75 and pair.source != "multispanqa-valid":
            window = _without_answer(pair, chance)
            if window:
                yield _example(pair, window, 0, "same paragraph")


def _answered(pair: Pair, window: Span) -> Example:
    start, end = window
    spans = tuple(
        (first - start, last - start)
        for first, last in pair.answers
        if start <= first < last <= end
    )
    if not spans:  # a long answer that the window cuts
        first, last = pair.answers[0]
        spans = ((max(first, start) - start, min(last, end) - start),)
    return replace(_example(pair, window, 1, pair.source), spans=spans)


def _example(pair: Pair, window: Span, label: int, kind: str) -> Example:
    text = pair.text[window[0] : window[1]]
    if pair.title:
        return Example(pair.question, text, label, kind=f"{kind}\t{pair.title}")
    return Example(pair.question, text, label, kind=kind)


def _without_answer(pair: Pair, chance: random.Random) -> Span | None:
    """Return a window of other sentences of the text, the more alike the more likely."""
    answers = {pair.text[start:end].lower() for start, end in pair.answers}
    free: list[Span] = []
    for start, end in sentences_of(pair.text):
        hit = any(start < last and first < end for first, last in pair.answers)
        if hit or any(answer in pair.text[start:end].lower() for answer in answers):
            free.append((-1, -1))
        else:
            free.append((start, end))
    stretches: list[Span] = []
    for span in free:
        if span[0] < 0:
            stretches.append(span)
        elif stretches and stretches[-1][0] >= 0:
            stretches[-1] = (stretches[-1][0], span[1])
        else:
            stretches.append(span)
    stretches = [span for span in stretches if span[0] >= 0 and span[1] - span[0] > 40]
    if not stretches:
        return None
    start, end = chance.choice(stretches)
    inner = pair.text[start:end]
    first, last = cut(inner, most_alike(inner, pair.question), chance)
    return start + first, start + last


def _whole(name: str, most: int, chance: random.Random, folder: Path) -> Iterator[Example]:
    """Yield sentences that answer, with no answer marked in them."""
    for pair in thin(read_pairs(name, folder), most, chance):
        window = cut(pair.text, (0, 1), chance, most=60)
        text = pair.text[window[0] : window[1]]
        yield Example(pair.question, text, 1, inside=(0, len(text)), kind=name)


def _yes_no(name: str, most: int, chance: random.Random, folder: Path) -> Iterator[Example]:
    """Yield the most alike sentences for a question to be answered by yes or no.

    A text answers if it is short; of a long one it is not known which sentence does, so the
    window is larger. The negatives are windows of texts about something else.
    """
    pairs = thin(read_pairs(name, folder), most, chance)
    for place, pair in enumerate(pairs):
        if name == "pubmedqa-l":
            around = sentences_of(pair.text)[-1]  # the findings stand last
        else:
            around = most_alike(pair.text, pair.question)
        window = cut(pair.text, around, chance, most=62)
        text = pair.text[window[0] : window[1]]
        inside = (around[0] - window[0], min(around[1], window[1]) - window[0])
        kind = f"{name}\t{pair.title}" if pair.title else name
        yield Example(pair.question, text, 1, inside=(max(0, inside[0]), inside[1]), kind=kind)
        if place % 2:
            others = chance.sample(pairs, min(40, len(pairs)))
            others = [one for one in others if one.title != pair.title or one.text != pair.text]
            other = max(others, key=lambda one: _shared(pair.question, one.text))
            found = cut(other.text, most_alike(other.text, pair.question), chance)
            yield Example(pair.question, other.text[found[0] : found[1]], 0, kind="other text")


def _shared(question: str, text: str) -> int:
    words = {word.lower() for word in re.findall(r"\w{4,}", question)}
    return len(words & {word.lower() for word in re.findall(r"\w{4,}", text)})


def _mined(name: str, most: int, chance: random.Random, folder: Path) -> Iterator[Example]:
    for pair in thin(read_pairs(name, folder), most, chance):
        around = most_alike(pair.text, pair.question)
        yield _example(pair, cut(pair.text, around, chance), 0, f"mined:{name}")


def _selected(chance: random.Random, folder: Path) -> Iterator[Example]:
    """Yield windows of a section around sentences that people chose, and around others."""
    for question, title, sentences, labels in read_groups("selqa", folder):
        text, spans = "", []
        for sentence in sentences:
            spans.append((len(text), len(text) + len(sentence)))
            text += sentence + " "
        good = [span for span, label in zip(spans, labels, strict=True) if label]
        bad = [span for span, label in zip(spans, labels, strict=True) if not label]
        for span in good:
            start, end = cut(text, span, chance)
            yield Example(
                question, text[start:end], 1, (), (max(0, span[0] - start), span[1] - start),
                kind=f"selqa\t{title}",
            )  # fmt: skip
        for span in sorted(bad, key=lambda at: -_shared(question, text[slice(*at)]))[:2]:
            start, end = cut(text, span, chance, most=chance.choice((1, 40, 60)))
            if not any(start < last and first < end for first, last in good):
                yield Example(question, text[start:end], 0, kind=f"selqa\t{title}")


def _sentence_groups(
    name: str, positives: int, negatives: int, chance: random.Random, folder: Path
) -> Iterator[Example]:
    pairs = read_pairs(name, folder)
    for label, most in ((True, positives), (False, negatives)):
        for pair in thin([one for one in pairs if one.answerable == label], most, chance):
            inside = (0, len(pair.text)) if label else (0, 0)
            yield Example(pair.question, pair.text, int(label), inside=inside, kind=name)


def _medical(
    positives: int, negatives: int, chance: random.Random, folder: Path
) -> Iterator[Example]:
    """Yield the beginnings of answers to questions about one disease, right and wrong ones."""
    pairs = read_pairs("medquad", folder)
    for label, most in ((True, positives), (False, negatives)):
        for pair in thin([one for one in pairs if one.answerable == label], most, chance):
            window = cut(pair.text, (0, 1), chance, most=chance.randint(25, 60))
            example = _example(pair, window, int(label), "medquad")
            yield replace(example, inside=(0, len(example.window)) if label else (0, 0))


def _exchanged(examples: list[Example], chance: random.Random) -> Iterator[Example]:
    """Yield unanswerable twins of answerable examples, and some answerable ones that look alike.

    A name or number is exchanged in the question, or in the window, or in both: the last is
    answerable again, so that an odd word alone does not give a twin away.
    """
    exchanger = Exchanger(example.question for example in examples if example.kind != "row")
    sources = [
        example
        for example in examples
        if example.label
        and example.kind.split("\t")[0]
        in {*_SPANS, "squad-train-sentences", "selqa", "squad-train-du-test"}
        and "policyqa" not in example.kind
        and "fairytaleqa" not in example.kind
    ]
    made = 0
    ways = ("name", "number", "opposite", "negated", "word", "name", "number", "opposite")
    for _ in range(6):
        chance.shuffle(sources)
        for example in sources:
            if made >= _EXCHANGED:
                return
            way = chance.choice(ways)
            if chance.random() < _SPARED.get(way, 0):
                continue
            twin = _twin(example, way, exchanger, chance)
            if twin:
                made += not twin.label
                yield twin


def _twin(
    example: Example, way: str, exchanger: Exchanger, chance: random.Random
) -> Example | None:
    question, window = example.question, example.window
    blank = replace(
        example, label=0, spans=(), inside=(0, 0), kind=_renamed(example.kind, f"exchanged {way}")
    )
    if way in ("name", "number"):
        find = exchanger.name if way == "name" else exchanger.number
        pair = find(question, window, chance)
        if pair is None:
            return None
        old, new = pair
        if not re.search(_whole_word(old), window):
            return None
        roll = chance.random()
        if roll < 0.55:
            return replace(blank, question=_swapped(question, old, new))
        if any(
            old in window[slice(*span)] or window[slice(*span)] in old for span in example.spans
        ):
            return None
        title = example.kind.partition("\t")[2]
        if old in title or title in old:
            blank, example = (
                replace(one, kind=one.kind.partition("\t")[0]) for one in (blank, example)
            )
        moved, spans = _replaced(window, old, new, example.spans)
        if roll < 0.8:
            return replace(blank, window=moved)
        inside = (0, len(moved)) if example.inside[1] else (0, 0)
        kind = _renamed(example.kind, f"exchanged {way} in both")
        return Example(_swapped(question, old, new), moved, 1, spans, inside, kind)
    if way == "opposite":
        changed = exchanger.opposite(question, window, chance)
    elif way == "negated":
        changed = exchanger.negated(question, chance)
    else:
        changed = exchanger.word(question, window, chance)
    return replace(blank, question=changed) if changed else None


def _renamed(kind: str, name: str) -> str:
    title = kind.partition("\t")[2]
    return f"{name}\t{title}" if title else name


def _replaced(
    text: str, old: str, new: str, spans: tuple[Span, ...]
) -> tuple[str, tuple[Span, ...]]:
    starts = [at.start() for at in re.finditer(_whole_word(old), text)]
    by = len(new) - len(old)

    def shifted(at: int) -> int:
        return at + by * sum(start < at for start in starts)

    return _swapped(text, old, new), tuple((shifted(a), shifted(b)) for a, b in spans)


def _swapped(text: str, old: str, new: str) -> str:
    return re.sub(_whole_word(old), lambda _: new, text)


def _whole_word(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)"


_LOOSE = re.compile(
    r" (?=[,.;:!?)%\]](?:\s|$))|(?<=[(\[]) | (?='s\b)| (?=n't\b)|(?<=\w) (?=- )|(?<= -) "
)


def _untokenised(example: Example) -> Example:
    """Join punctuation to its words where a set keeps them apart."""
    window = example.window
    gaps = [at.start() for at in _LOOSE.finditer(window)]
    question = _LOOSE.sub("", example.question)
    if not gaps:
        return replace(example, question=question)

    def shifted(at: int) -> int:
        return at - sum(gap < at for gap in gaps)

    kept = set(gaps)
    text = "".join(letter for place, letter in enumerate(window) if place not in kept)
    spans = tuple((shifted(a), shifted(b)) for a, b in example.spans)
    inside = (shifted(example.inside[0]), shifted(example.inside[1]))
    return replace(example, question=question, window=text, spans=spans, inside=inside)


def _headed(example: Example, chance: random.Random) -> Example:
    """Put the title, or a heading that says nothing, over the window, as the service does."""
    kind, _, title = example.kind.partition("\t")
    heading = title if title and chance.random() < 0.65 else ""
    if not heading and chance.random() < 0.1:
        heading = chance.choice(_HEADINGS)
    elif heading and chance.random() < 0.15:
        heading += f" > {chance.choice(_HEADINGS)}"
    if not heading:
        return replace(example, kind=kind)
    by = len(heading) + 1
    spans = tuple((a + by, b + by) for a, b in example.spans)
    inside = (example.inside[0] + by, example.inside[1] + by) if example.inside[1] else (0, 0)
    return replace(
        example, window=f"{heading}\n{example.window}", spans=spans, inside=inside, kind=kind
    )


def _worded(example: Example, chance: random.Random) -> Example:
    """Word some questions as people type them: no capitals, no mark, keywords alone."""
    roll, question = chance.random(), example.question
    if roll < 0.14:
        question = question.lower().rstrip(" ?")
    elif roll < 0.18:
        question = question.rstrip(" ?")
    elif roll < 0.26 and not re.search(r"\b(not|n't|no|never)\b", question):
        words = [
            word for word in question.rstrip(" ?").split() if word.lower() not in _QUESTION_WORDS
        ]
        if len(words) >= 2 and not example.kind.startswith("exchanged opposite"):
            question = " ".join(words)
            question = question.lower() if chance.random() < 0.5 else question
    return replace(example, question=question)


def summary(examples: list[Example]) -> str:
    """Return how many examples of each kind answer and do not."""
    counts = Counter((example.kind, example.label) for example in examples)
    kinds = sorted({kind for kind, _ in counts})
    lines = [f"{kind:36} {counts[kind, 1]:7} {counts[kind, 0]:7}" for kind in kinds]
    total = sum(example.label for example in examples)
    return "\n".join([*lines, f"{'all':36} {total:7} {len(examples) - total:7}"])
