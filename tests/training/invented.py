"""Rows of tables and sentences about people in office, invented, with questions about them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.training.windows import Example

_FIRST = (
    "Anna Boris Chen Dilnoza Emil Farid Gulnara Hikmat Ivan Jamila Kofi Lena Marat Nadia Omar Petra"
    " Qasim Rosa Samir Tomas Umida Viktor Wang Ximena Yusuf Zhang Alexei Bettina Carlos Daria"
    " Hassan Ingrid Jonas Keiko Luis Mei Nikolai Olga Pablo Rashid Sofia Tariq Vladimir Wei Zara"
).split()
_LAST = (
    "Abdullayev Bauer Castillo Dlamini Eriksen Fischer Garcia Hajiyev Ibrahimov Jensen Karimov Lopez"
    " Mirza Novak Okafor Petrov Quinn Rahmonov Sato Tanaka Usmonov Vargas Weber Xu Yilmaz Zhou Alimov"
    " Norov Ming Aliyev Kim Singh Khan Ivanova Haddad Moreau Rossi Silva Nguyen Ferrari Kowalski"
).split()
_PLACES = (
    "Astana Berlin Cairo Dushanbe Geneva Helsinki Istanbul Jakarta Kyiv Lagos Madrid Nairobi Oslo"
    " Paris Quito Riga Seoul Tashkent Vienna Warsaw Yerevan Zagreb Baku Beijing Moscow Delhi Lima"
    " Munich Tehran Bishkek Samarkand Ottawa Canberra Hanoi Tunis"
).split()
_BODIES = (
    "the Regional Council|the Customs Union|the Water Board|the Trade Organization|Northern Rail"
    "|the Energy Commission|Atlas Bank|the Academy of Sciences|the Football Federation|Helio Systems"
    "|the Ministry of Transport|the Climate Fund|the University of Arden|the Port Authority"
    "|the Cooperation Organization|Vesta Pharma|the National Museum|the Space Agency|Orion Motors"
).split("|")
_OFFICES = (
    "Secretary-General|president|director|chairman|prime minister|ambassador|chief executive|mayor"
    "|deputy director|head of research|minister of finance|treasurer|governor|spokesperson|dean"
).split("|")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_KEYS: dict[str, tuple[str, ...]] = {
    "Population": ("What is the population of {}?", "How many people live in {}?", "{} population"),
    "Founded": ("When was {} founded?", "In which year was {} established?", "{} founding year"),
    "Headquarters": ("Where is the headquarters of {}?", "Where is {} based?", "{} headquarters"),
    "Employees": ("How many employees does {} have?", "How many people work for {}?", "{} staff"),
    "Budget": ("What is the budget of {}?", "How much money does {} have?", "{} budget"),
    "Head": ("Who is the head of {}?", "Who leads {}?", "head of {}"),
    "Members": ("How many members does {} have?", "How many countries belong to {}?", "{} members"),
    "Area": ("What is the area of {}?", "How large is {}?", "{} area"),
    "Telephone": ("What is the telephone number of {}?", "How can I call {}?", "{} phone"),
    "Opening hours": ("When is {} open?", "What are the opening hours of {}?", "{} opening hours"),
    "Website": ("What is the website of {}?", "What is the web address of {}?", "{} website"),
    "Languages": ("Which languages are official in {}?", "What does {} speak?", "{} languages"),
    "Status": ("What is the status of {}?", "What status does {} have?", "{} status"),
    "Joined": ("When did {} join?", "In which year did {} become a member?", "{} date of joining"),
    "Price": ("How much does {} cost?", "What is the price of {}?", "price {}"),
    "Weight": ("How heavy is {}?", "What does {} weigh?", "{} weight"),
    "Licence": ("Under which licence is {}?", "What licence does {} have?", "{} licence"),
    "Version": ("What version is {}?", "Which version of {} is current?", "{} version"),
}


def invent(count: int, chance: random.Random) -> Iterator[Example]:
    """Yield examples, about half of which answer."""
    makers = (_row, _office, _biography, _dated)
    for _ in range(count):
        yield chance.choices(makers, (4, 3, 2, 2))[0](chance)


def person(chance: random.Random) -> str:
    """Return a name that is put together by chance."""
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def _value(key: str, chance: random.Random) -> str:
    match key:
        case "Founded" | "Joined":
            return chance.choice([_date(chance), str(chance.randint(1890, 2024))])
        case "Headquarters":
            return chance.choice(_PLACES)
        case "Head":
            return person(chance)
        case "Telephone":
            return (
                f"+{chance.randint(1, 99)} {chance.randint(100, 999)} {chance.randint(1000, 9999)}"
            )
        case "Opening hours":
            return f"{chance.randint(7, 10)} am to {chance.randint(4, 8)} pm"
        case "Website":
            return f"www.{chance.choice(_LAST).lower()}.org"
        case "Languages":
            return " and ".join(
                chance.sample(["English", "French", "Russian", "Arabic", "Chinese", "German"], 2)
            )
        case "Status":
            return chance.choice(
                ["observer", "full member", "dialogue partner", "candidate", "suspended", "active"]
            )
        case "Budget" | "Price":
            return f"{chance.choice(['$', '€', 'US$'])}{chance.randint(2, 980)}{chance.choice(['', ' million', ' billion', ',000'])}"
        case "Weight":
            return f"{chance.randint(1, 900)} {chance.choice(['kg', 'g', 'tonnes'])}"
        case "Area":
            return f"{chance.randint(10, 9000)} km²"
        case "Licence":
            return chance.choice(["MIT", "Apache 2.0", "CC BY 4.0", "GPL 3", "proprietary"])
        case "Version":
            return f"{chance.randint(1, 9)}.{chance.randint(0, 20)}"
        case _:
            return f"{chance.randint(2, 950)}{chance.choice(['', ',000', ' million'])}"


def _date(chance: random.Random) -> str:
    day, month = chance.randint(1, 28), chance.choice(_MONTHS)
    year = chance.randint(1950, 2025)
    return chance.choice([f"{day} {month} {year}", f"{month} {day}, {year}", f"{month} {year}"])


def _row(chance: random.Random) -> Example:
    keys = chance.sample(sorted(_KEYS), chance.randint(2, 6))
    subject = chance.choice(
        [chance.choice(_BODIES).removeprefix("the "), chance.choice(_PLACES), person(chance)]
    )
    values = {key: _value(key, chance) for key in keys}
    first = chance.choice(["Name", "Organisation", "Item", "Country"])
    joint = chance.choice([" / ", " | ", "; ", ", "])
    parts = [(first, subject), *values.items()]
    text, at = "", {}
    for key, value in parts:
        text += (joint if text else "") + f"{key}: "
        at[key] = (len(text), len(text) + len(value))
        text += value
    roll = chance.random()
    if roll < 0.5:
        key, asked = chance.choice(keys), subject
    elif roll < 0.8:
        key, asked = chance.choice(sorted(set(_KEYS) - set(keys))), subject
    else:
        key, asked = (
            chance.choice(keys),
            chance.choice([*_PLACES, person(chance), chance.choice(_BODIES)]),
        )
        if asked in text:
            key = chance.choice(sorted(set(_KEYS) - set(keys)))
    question = chance.choice([*_KEYS[key], f"What is the {key.lower()} of {{}}?"]).format(asked)
    answers = roll < 0.5
    return Example(question, text, int(answers), (at[key],) if answers else (), kind="row")


def _office(chance: random.Random) -> Example:
    """An office and the years in which somebody holds it."""
    office, other = chance.sample(_OFFICES, 2)
    body, body2 = chance.sample(_BODIES, 2)
    name, start = person(chance), chance.randint(1960, 2022)
    end = start + chance.randint(1, 8)
    form = chance.choice(
        [
            "{name} served as {office} of {body} from {start} to {end}.",
            "From {start} to {end}, the {office} of {body} was {name}.",
            "{name} was {office} of {body} between {start} and {end}.",
            "Name: {name} / Office: {office} of {body} / Term: {start}–{end}",
            "{name} ({office} of {body}, {start}-{end}) signed the agreement.",
            "In {start} {name} became {office} of {body}, a post held until {end}.",
        ]
    )
    values = {"name": name, "office": office, "body": body, "start": str(start), "end": str(end)}
    text = form.format(**values)
    when = chance.choice([None, chance.randint(start, end), chance.randint(start, end)])
    kind = chance.choice(["in", "in", "out", "office", "body", "asked"])
    if kind == "out":
        when = chance.choice([start - chance.randint(1, 12), end + chance.randint(1, 12)])
    asked_office = other if kind == "office" else office
    asked_body = body2 if kind == "body" else body
    tail = f" in {when}" if when else ""
    ask = f"{asked_office} of {asked_body}{tail}"
    answer, label = name, int(kind in ("in", "asked"))
    question = chance.choice([f"Who was the {ask}?", f"Who was {ask}?", ask, f"Name the {ask}."])
    if kind == "asked":
        if chance.random() < 0.5:
            question, answer = f"When did {name} become {office} of {body}?", str(start)
        else:
            lacks = [
                "How old is {}?",
                "Where was {} born?",
                "What did {} study?",
                "When was {} born?",
                "Who is {} married to?",
                "How much does {} earn?",
                "Where does {} live?",
            ]
            return Example(chance.choice(lacks).format(name), text, 0, kind="office")
    at = text.index(answer)
    return Example(question, text, label, ((at, at + len(answer)),) if label else (), kind="office")


def _biography(chance: random.Random) -> Example:
    """A person of whom something is said, and other things are not."""
    name, other = person(chance), person(chance)
    city, school = chance.choice(_PLACES), chance.choice(_PLACES)
    born, office = _date(chance), chance.choice(_OFFICES)
    subject = chance.choice(["law", "history", "economics", "physics", "medicine", "engineering"])
    facts = {
        "born": (f"was born on {born}", born, [f"When was {name} born?", f"{name} date of birth"]),
        "birthplace": (f"grew up in {city}", city, [f"Where did {name} grow up?"]),
        "study": (f"studied {subject} in {school}", subject, [f"What did {name} study?", f"Which subject did {name} study?"]),
        "office": (f"works as {office} of {chance.choice(_BODIES)}", office, [f"What is the job of {name}?", f"What position does {name} hold?"]),
        "children": (f"has {chance.randint(2, 6)} children", "", [f"How many children does {name} have?"]),
        "spouse": (f"is married to {other}", other, [f"Who is {name} married to?", f"Who is the spouse of {name}?"]),
    }  # fmt: skip
    told = chance.sample(sorted(facts), chance.randint(1, 4))
    text = f"{name} " + ", ".join(facts[fact][0] for fact in told) + "."
    if chance.random() < 0.5:
        key = chance.choice(told)
        phrase, answer, asked = facts[key]
        answer = answer or phrase.split()[1]
        at = text.index(answer, text.index(phrase))
        return Example(chance.choice(asked), text, 1, ((at, at + len(answer)),), kind="biography")
    key = chance.choice(sorted(set(facts) - set(told)))
    return Example(chance.choice(facts[key][2]), text, 0, kind="biography")


def _dated(chance: random.Random) -> Example:
    """An event of one country and one date, asked of it or of another."""
    country, other, place = chance.sample(_PLACES, 3)
    event, event2 = chance.sample(
        ["joined {b}", "became a dialogue partner of {b}", "left {b}", "signed the charter of {b}",
         "hosted the summit of {b}", "applied for observer status in {b}", "ratified the treaty of {b}"], 2
    )  # fmt: skip
    body, date = chance.choice(_BODIES), _date(chance)
    done, done2 = event.format(b=body), event2.format(b=body)
    text = chance.choice(
        [
            "{c} {e} on {d}.",
            "On {d}, {c} {e}.",
            "{c} {e} in {d}, at a meeting in {p}.",
            "{c} {e}. The decision was taken on {d} in {p}.",
        ]
    ).format(c=country, e=done, d=date, p=place)
    verb = {"joined": "join", "became": "become", "left": "leave", "signed": "sign", "hosted": "host",
            "applied": "apply", "ratified": "ratify"}  # fmt: skip
    kind = chance.choice(["yes", "yes", "country", "event", "lack"])
    asked, told = (other if kind == "country" else country), (done2 if kind == "event" else done)
    base = verb[told.split()[0]] + " " + told.split(" ", 1)[1]
    question = chance.choice(
        [
            f"When did {asked} {base}?",
            f"On what date did {asked} {base}?",
            f"In which year did {asked} {base}?",
        ]
    )
    if kind == "lack":
        question = chance.choice(
            [
                f"Why did {country} {base}?",
                f"Who decided that {country} {told}?",
                f"How much did {country} pay to {base}?",
            ]
        )
    if kind != "yes":
        return Example(question, text, 0, kind="dated")
    at = text.index(date)
    return Example(question, text, 1, ((at, at + len(date)),), kind="dated")
