"""Short texts that people look things up in: sections, lists, codes, quotes, questions of a FAQ.

Their questions are often a name, a number or a few words alone, and a text of one line answers.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.training.invented import person
from tests.training.windows import Example, Span, sentences_of

_TITLES = (
    "Procedures|Staff handbook|Contract|Laboratory manual|Terms|Service catalogue|Guide|By-laws"
    "|Conditions|Instructions|Policy"
).split("|")
_PARTS = ("Module", "Zone", "Schedule", "Exhibit", "Part", "Tier", "Track", "Phase", "Unit", "Line")
_NAMED = "Copper Amber Junior Senior Weekend Winter Express Blue Trial Regional".split()
_PRICE = "{n} euros a year."
_RULES: tuple[tuple[str, str], ...] = (  # a sentence, and the question that only it answers
    ("Employees receive {n} days of leave.", "How many days of leave do employees receive?"),
    ("Deliveries of {x} arrive at dock {n}.", "Where do deliveries of {x} arrive?"),
    ("{X} are stored at {n} degrees.", "At what temperature are {x} stored?"),
    ("{X} are inspected every {n} months.", "How often are {x} inspected?"),
    ("Reports are signed by {p}.", "Who signs the reports?"),
    (_PRICE, "What does it cost?"),
    ("The trial period lasts {n} weeks.", "How long is the trial period?"),
    ("A crew consists of {n} people.", "How many people are in a crew?"),
    ("Orders for {x} go to {p}.", "Who receives orders for {x}?"),
    ("{X} are returned within {n} days.", "When are {x} returned?"),
    ("It includes {n} hours of training.", "How many hours of training are included?"),
    ("Damaged {x} are replaced by the supplier.", "Who replaces damaged {x}?"),
)
_THINGS = "samples valves filters cables sensors uniforms tablets drones masks batteries".split()
_PLANTS = "tulips ferns beans olives lentils grapes orchids mosses pines figs peppers reeds".split()
_DOES = "grow ripen flower thrive sprout spread".split()
_SPOTS = "greenhouse valley delta highlands nursery terrace lowlands marsh island canyon".split()
_NAMES = "It|Will|May|Now|Can|Art|Mark|Rose|Grant|Here|Out|Over|That|The End|All|More".split("|")
_CUPS = "regatta derby relay marathon debate tournament".split()
_OFFICES = (
    "Archive|Press office|Registry|Payroll|Legal team|Reception|Workshop|Pharmacy|Data centre"
    "|Purchasing|Training centre|Mail room"
).split("|")
_TASKS = (
    "contracts and leases|visas and travel|invoices and refunds|servers and backups"
    "|samples and reagents|press releases and interviews|hiring and exams|stamps and parcels"
    "|tenders and bids|repairs and spare parts|guests and badges"
).split("|")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_LEADS = (
    "{d} {m} {y}, {h}:30|{m} {d}, {y}|By {p}|By {p}, {m} {d}, {y}|Published: {d} {m} {y}|Photo: {p}"
    "|Updated {m} {y}|Read more|Share this article|News, {d} {m} {y}|{p} | {d} {m} {y}"
    "|Politics {d} {m} {y} 14:05"
).split("|")


def look_up(count: int, chance: random.Random) -> Iterator[Example]:
    """Yield invented examples of short texts, about half of which answer."""
    makers = (_section, _line, _items, _code)
    for _ in range(count):
        yield chance.choices(makers, (4, 3, 3, 2))[0](chance)


def quote(examples: Sequence[Example], count: int, chance: random.Random) -> Iterator[Example]:
    """Yield phrases and names of windows as questions; another window is about something else."""
    for _ in range(count):
        one, other = chance.sample(examples, 2)
        body = one.window
        start, end = chance.choice(sentences_of(body))
        words = list(re.finditer(r"\S+", body[start:end]))
        names = re.findall(r"(?<=\w )[A-Z][a-z]+(?: [A-Z][a-z]+)+", body[start:end])
        if names and chance.random() < 0.4:
            asked = chance.choice(names)
        elif len(words) >= 8:
            first = chance.randrange(len(words) - 4)
            last = min(len(words), first + chance.randint(3, 9))
            asked = body[start + words[first].start() : start + words[last - 1].end()]
            asked = asked.strip(string.punctuation + " ")
        else:
            continue
        found = body.find(asked, start)
        if found < 0 or len(asked) < 5:
            continue
        question = f'"{asked}"' if chance.random() < 0.3 else asked
        question = question.lower() if chance.random() < 0.4 else question
        if chance.random() < 0.5:
            yield replace(
                one, question=question, label=1, spans=(), inside=(start, end), kind="quote"
            )
        elif asked.lower() not in other.window.lower():
            yield Example(question, other.window, 0, kind="quote", held=one.held or other.held)


def ask_above(examples: Sequence[Example], count: int, chance: random.Random) -> Iterator[Example]:
    """Yield windows under their own question, as in a FAQ: only the text below it answers."""
    made = [one for one in examples if one.question.endswith("?") and "\t" not in one.kind]
    for one in chance.sample(made, min(count, len(made))):
        head = chance.choice(["{}\n", "Q: {}\nA: ", "Question: {}\nAnswer: ", "{} "])
        head = head.format(one.question)
        yield _below(head, one, "FAQ")


def lead(example: Example, chance: random.Random) -> Example:
    """Put a date line, a byline or another line that answers nothing above some windows."""
    if "\t" in example.kind or chance.random() > 0.06:
        return example
    line = chance.choice(_LEADS).format(
        d=chance.randint(1, 28), m=chance.choice(_MONTHS), y=chance.randint(1995, 2025),
        h=chance.randint(8, 20), p=person(chance),
    )  # fmt: skip
    return _below(line + "\n", example, example.kind)


def _below(head: str, one: Example, kind: str) -> Example:
    by = len(head)
    spans = tuple((start + by, end + by) for start, end in one.spans)
    inside = (one.inside[0] + by, one.inside[1] + by) if one.inside[1] else (0, 0)
    return replace(one, window=head + one.window, spans=spans, inside=inside, kind=kind)


def _section(chance: random.Random) -> Example:
    """A section under its number or name, asked by that or by another one."""
    number = ".".join(str(chance.randint(1, 9)) for _ in range(chance.choice((1, 2, 3))))
    part = chance.choice(_PARTS)
    letter = chance.choice(string.ascii_uppercase)
    named, other = chance.sample(_NAMED, 2)
    labels = [
        (f"§ {number}", f"§ {_another(number, chance)}"),
        (f"Section {number}", f"Section {_another(number, chance)}"),
        (f"{part} {letter}", f"{part} {chance.choice(string.ascii_uppercase.replace(letter, ''))}"),
        (f"{named} {part.lower()}", f"{other} {part.lower()}"),
    ]
    label, near = chance.choice(labels)
    (rule, exact), (_, foreign) = chance.sample(_RULES, 2)
    thing = chance.choice(_THINGS)
    fill = {
        "x": thing,
        "X": thing.capitalize(),
        "n": str(chance.randint(2, 90)),
        "p": person(chance),
    }
    body = rule.format(**fill)
    window = f"{chance.choice(_TITLES)} > {label}\n{body}"
    loose = (
        "What does {} say?",
        "{}",
        "{}",
        "What is in {}?",
        "What applies under {}?",
        "rule in {}",
    )
    roll = chance.random()
    if roll < 0.45:
        question, label_ = chance.choice(loose).format(label), 1
    elif roll < 0.6:
        question, label_ = f"{label}: {exact.format(**fill)}", 1
        if rule == _PRICE:
            question = chance.choice(
                ["What does {} cost?", "How much is {}?", "price of {}"]
            ).format(label)
    elif roll < 0.85:
        question, label_ = chance.choice(loose).format(near), 0
        if rule == _PRICE:
            question = chance.choice(["What does {} cost?", "How much is {}?"]).format(near)
    else:
        question, label_ = f"{label}: {foreign.format(**fill)}", 0
    if chance.random() < 0.3:
        question = question.lower()
    span = (len(window) - len(body), len(window) - 1)
    return Example(question, window, label_, (span,) if label_ else (), kind="section")


def _line(chance: random.Random) -> Example:
    """One sentence of a few words, asked by a question, by words alone, or in search syntax."""
    if chance.random() < 0.5:
        who, other = chance.sample(_PLANTS, 2)
        verb, spot = chance.choice(_DOES), chance.choice(_SPOTS)
        text = f"{who.capitalize()} {verb} in the {spot}."
        span = _find(text, f"in the {spot}")
        asked = [
            *(f"Where do {{}} {verb}?", f"{{}} {verb}", f"where {{}} {verb}", "{}"),
            *('"{}"', "{} AND NOT {o}", "{} OR ({o})", "+{} -{o}", "title:{}^2"),
        ]
        lacks = [f"When do {{}} {verb}?", "How tall are {}?", "Who sells {}?", "price of {}"]
    else:
        who, other = chance.sample([*_NAMES, person(chance), person(chance)], 2)
        cup, year = chance.choice(_CUPS), str(chance.randint(1950, 2024))
        text = f"{who} won the {cup} in {year}."
        span = _find(text, year)
        asked = [f"When did {{}} win the {cup}?", "{}", f"{{}} {cup}", f"{{}} {cup} year"]
        lacks = [f"Why did {{}} win the {cup}?", "How old was {}?", f"Who lost the {cup} to {{}}?"]
    roll = chance.random()
    chosen = chance.choice(lacks if roll > 0.8 else asked)
    about = who if roll < 0.5 or roll > 0.8 else other
    others = [one for one in _PLANTS if one not in (who, other)]
    question = chosen.replace("{o}", chance.choice(others)).replace("{}", about)
    if chance.random() < 0.3:
        question = question.lower()
    answers = roll < 0.5
    return Example(question, text, int(answers), (span,) if answers else (), kind="line")


def _items(chance: random.Random) -> Example:
    """A list of keys and values under a heading, asked for one value."""
    offices = chance.sample(_OFFICES, chance.randint(3, 6))
    inside, absent = offices[:-1], offices[-1]
    if chance.random() < 0.5:
        title, values = (
            "Rooms",
            [f"{chance.choice('ABC')} {chance.randint(100, 420)}" for _ in inside],
        )
        asked = ["Which room is the {} in?", "Where is the {}?", "room of the {}", "{} room"]
        lacks = ["What does the {} handle?", "Who works in the {}?", "How large is the {}?"]
    else:
        title, values = "Tasks", chance.sample(_TASKS, len(inside))
        asked = ["What does the {} handle?", "tasks of the {}", "What is the {} for?", "{} tasks"]
        lacks = ["Which room is the {} in?", "Who leads the {}?", "When does the {} open?"]
    joint = chance.choice([": ", " - ", " | ", " – "])
    mark = chance.choice(["- ", "", "* ", "• "])
    lines = [f"{mark}{office}{joint}{value}" for office, value in zip(inside, values, strict=True)]
    window = f"{title}\n" + "\n".join(lines)
    place = chance.randrange(len(inside))
    roll = chance.random()
    if roll < 0.5:
        begin = window.index(lines[place]) + len(mark) + len(inside[place]) + len(joint)
        question = chance.choice(asked).format(inside[place].lower())
        return Example(question, window, 1, ((begin, begin + len(values[place])),), kind="items")
    if roll < 0.8:
        return Example(chance.choice(asked).format(absent.lower()), window, 0, kind="items")
    return Example(chance.choice(lacks).format(inside[place].lower()), window, 0, kind="items")


def _code(chance: random.Random) -> Example:
    """A part number, version or address with what is said of it, asked by its like."""
    kind = chance.choice(("part", "version", "address"))
    if kind == "part":
        head = "".join(chance.choices(string.ascii_uppercase, k=chance.randint(2, 3)))
        code, verb = f"{head}-{chance.randint(100, 9999)}", "fits"
    elif kind == "version":
        code, verb = ".".join(str(chance.randint(0, 20)) for _ in range(3)), "repairs"
    else:
        code, verb = ".".join(str(chance.randint(1, 250)) for _ in range(4)), "is"
    device = chance.choice(("pump", "printer", "heater", "camera", "scanner"))
    thing = f"the {chance.choice(_SPOTS)} {device}"
    text = chance.choice([f"{code} {verb} {thing}.", f"Code: {code} / Item: {thing}"])
    span = _find(text, thing)
    near = _another(code, chance)
    answers = chance.random() < 0.5
    question = chance.choice(
        ["{}", "What is {}?", f"What {verb} {{}}?", "What do you know of {}?", "{} item"]
    )
    if not answers and chance.random() < 0.3:
        question, near = chance.choice(["price of {}", "Who made {}?", "When was {} built?"]), code
    question = question.format(code if answers else near)
    question = question.lower() if chance.random() < 0.3 else question
    return Example(question, text, int(answers), (span,) if answers else (), kind="code")


def _find(text: str, part: str) -> Span:
    start = text.index(part)
    return start, start + len(part)


def _another(code: str, chance: random.Random) -> str:
    """Return the code with another digit, or with two of its numbers exchanged."""
    numbers = re.findall(r"\d+", code)
    if len(set(numbers)) > 1 and chance.random() < 0.5:
        one, other = chance.sample(sorted(set(numbers)), 2)
        swapped = {one: other, other: one}
        return re.sub(r"\d+", lambda at: swapped.get(at.group(), at.group()), code)
    places = [place for place, letter in enumerate(code) if letter.isdigit()]
    place = chance.choice(places)
    digit = chance.choice([one for one in string.digits[1:] if one != code[place]])
    return code[:place] + digit + code[place + 1 :]
