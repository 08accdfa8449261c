"""Which terms a question is searched by, given what the corpus holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from index.lexical.analysis import Analyzer
from index.ranking.question_terms import QuestionTerms, choose_terms, with_letters

ANALYZER = Analyzer("english")


def chosen(question: str, *corpus: str, foreign: str = "") -> QuestionTerms:
    """Return the terms of a question over a corpus of these texts."""
    held = [set(ANALYZER.terms(text)) for text in corpus]

    def frequencies(terms: Sequence[str]) -> Mapping[str, int]:
        return {term: sum(term in one for one in held) for term in terms}

    return choose_terms(question, ANALYZER, frequencies, foreign)


@pytest.mark.parametrize(
    ("question", "text", "terms"),
    [
        ("set-up", "the setup of it", ["setup"]),
        ("setup", "to set up", ["set"]),
        ("database", "a data base", ["data", "base"]),
        ("data base", "the database", ["databas"]),
        ("ppr 9087", "PPR9087", ["ppr9087"]),
        ("third", "the 3rd", ["3"]),
        ("cats OR dogs", "cats and dogs", ["cat", "dog"]),
        ("the who", "when The Who played", ["the", "who"]),
        ("title:dogs^2 +dogs", "a dog", ["dog"]),
        ("is it", "nothing", []),
        ("whale", "nothing", ["whale"]),
        ("Python3.11", "Python 3.11 is out", ["python", "3", "11"]),
        ("Python 3.11", "Python3.11 is out", ["python3.11", "11"]),
        ("windows11", "Windows 11", ["window", "11"]),
        ("DMT1", "the DMT of 1", ["dmt1"]),
        ("phase two", "phase 2", ["phase", "2"]),
        ("2,5kg", "2.5 kg", ["2", "5", "kg"]),
        ("15.500 sacks", "15500 sacks", ["15500", "sack"]),
        ("cats NEAR/3 dogs~2", "cats and dogs", ["cat", "dog"]),
    ],
)
def test_of_the_ways_to_write_a_word_those_of_the_corpus_are_taken(
    question: str, text: str, terms: list[str]
) -> None:
    assert set(terms) <= set(chosen(question, text).terms)
    assert [term for term in chosen(question, text).order if term not in terms] == []


@pytest.mark.parametrize(
    "question",
    [
        "PPR-9999", "version 2.3.99", "the price of F-21c", "x@example.org", "10.0.0.2", "room B98",
        "1.0.0-rc.3", "6206-2RS", "maxIdleTime", "max_idle_time", "§ 4.7", "section 4.7",
        "what runs on Python 3.12", "PPR9999", "what runs on Windows 8", "Hepatitis J",
        "see plan Q", "commit 9f8e7d4", "ticket #115", "ticket no. 115",
        "How does hepatitis D spread?", "When is Ward S open?", "Who won game 22?",
        "room 111 of the inn", "the sixth floor", "on the 8th floor", "5W-30 oil",
        "What does § 8 say?", "F-21-D",
    ],
)  # fmt: skip
def test_a_code_that_stands_nowhere_is_absent(question: str) -> None:
    corpus = [
        "PPR-9087", "version 2.3.10", "F-21b", "y@example.org", "10.0.0.1", "room B97", "4.9",
        "the 12 of 7", "Python 3.1", "9999", "ward", "F 21",
    ]  # fmt: skip
    assert len(chosen(question, *corpus).absent_codes) == 1


@pytest.mark.parametrize(
    "question",
    [
        "PPR-9087", "ppr9087", "in 1990s style", "30-year loan", "2020-03-14", "3.5 percent",
        "at 9:30", "32GB", "and/or", "co-operate", "in 2019", "the 4th of May", "a 5 km run",
        "in 2012-13", "1990-2000s", "McDonald", "100-year", "did the GDP of Chad 3.5 percent",
        "by 4.5 m", "in May 5", "Samuel L Jackson", "what am I", "at Chapter 6",
        "a.b@example.org", "Is 3.5 the mean", "the 7th of June", "since the 19th century",
        "in the second round", "Who has 40 sheep?", "What was built in the year 1810?",
    ],
)  # fmt: skip
def test_ordinary_words_numbers_and_known_codes_are_not_absent_codes(question: str) -> None:
    assert chosen(question, "PPR-9087", "chapter six", "a.b@example.org").absent_codes == ()


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What does section 3.2 say?", {"3", "2", "3.2"}),
        ("What does the term weft mean?", {"term", "weft"}),
        ("What happened on line 4?", {"4"}),
        ("Who reads page 9?", {"read", "page", "9"}),
    ],
)
def test_words_that_ask_for_a_part_of_a_text_need_not_stand_in_it(
    question: str, terms: set[str]
) -> None:
    assert set(chosen(question, "3.2 Heddles", "weft is thread", "the 4 looms").terms) == terms


@pytest.mark.parametrize(
    ("question", "text", "codes"),
    [
        ("the bore of ppr9087", "PPR-9087", (("ppr9087",),)),
        ("IBAN DE89 3704 0044", "DE8937040044", (("de8937040044",),)),
        ("v2.3.10", "release 2.3.10", (("2.3.10",),)),
        ("PPR-9087", "PPR-9807", ()),
        ("the year 2019", "2019", ()),
    ],
)
def test_a_code_that_the_corpus_holds_is_known_by_its_whole(
    question: str, text: str, codes: tuple[tuple[str, ...], ...]
) -> None:
    found = chosen(question, text)
    assert found.codes == codes
    assert not (codes and found.absent_codes)


@pytest.mark.parametrize(
    ("question", "text", "shares"),
    [
        ("stem cells", "stem-cell research on the stems of a cell", {"stemcel": 1 / 3}),
        ("IL-6", "IL-6", {"il6": 1 / 3}),
        ("database", "a database", {}),
        ("ppr 9087", "PPR9087", {"ppr9087": 1.0}),
        ("less (oral) drugs", "a lessoral drug", {}),
        ("tied to a less", "tiedless", {}),
    ],
)
def test_another_way_to_write_a_word_counts_only_as_a_part_of_it(
    question: str, text: str, shares: dict[str, float]
) -> None:
    assert dict(chosen(question, text).shares) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("question", "letters"),
    [
        ("how is vitamin a stored", (("vitamin", "a"),)),
        ("annex i", (("annex", "i"),)),
        ("is there a cat", ()),
        ("what a vitamin", ()),
    ],
)
def test_a_letter_that_is_a_stop_word_may_be_a_name_behind_another_word(
    question: str, letters: tuple[tuple[str, str], ...]
) -> None:
    found = chosen(question, "of Vitamin A and of World War I")
    assert found.letters == letters
    assert "a" not in found.terms


def test_a_letter_stands_behind_its_word() -> None:
    assert with_letters(["how", "vitamin", "store"], [("vitamin", "a")]) == [
        "how", "vitamin", "a", "store",
    ]  # fmt: skip


def test_names_that_stand_nowhere_are_counted() -> None:
    assert chosen("What is the phone number of Hans Olsen?", "Bea Rand: 4412").absent_names == 2
    assert chosen("What is the phone number of Bea Rand?", "Bea Rand: 4412").absent_names == 0
    assert chosen("Where is Paris Street", "Paris").absent_names == 1


@pytest.mark.parametrize("name", ["Olsen", "Olsn", "Oslen", "Oilsen", "Ollsen", "olsson"])
def test_a_name_that_is_mistyped_or_written_without_a_capital_is_not_unknown(name: str) -> None:
    assert chosen(f"What is the phone number of {name}?", "Olsen: 4412").absent_names == 0


@pytest.mark.parametrize("time", ["June", "Sept", "Tuesday"])
def test_a_month_or_a_weekday_is_no_unknown_name(time: str) -> None:
    assert chosen(f"Is the castle open in {time}?", "from April to October").absent_names == 0


def test_names_are_judged_in_english_alone() -> None:
    analyzer = Analyzer("german")
    asked = choose_terms(
        "Wo liegt das Hafenbecken?", analyzer, lambda terms: dict.fromkeys(terms, 0)
    )
    assert asked.absent_names == 0


def test_of_a_question_in_another_language_names_and_numbers_count_and_its_stop_words_not() -> None:
    text = "Tesla was born in 1856. He would die in a war of currents."
    found = chosen("Wann war der Mann Tesla geboren, war das 1856?", text, foreign="de")
    assert [term for term in found.terms if found.frequencies[term]] == ["tesla", "1856"]
    assert found.absent_names == 0


def test_a_code_that_is_missing_is_known_by_all_its_parts() -> None:
    found = chosen("claims3@example.org", "claims2@example.org")
    assert found.absent_codes == (("claims3", "exampl", "org"),)


def test_a_code_that_is_missing_counts_in_every_language() -> None:
    found = chosen("Was kostet PPR-9087?", "PPR-1111 costs 3.", foreign="de")
    assert found.absent_codes == (("ppr", "9087"),)


@pytest.mark.parametrize("day", ["15 March 2019", "March 15", "the 15th of March", "2019-03-15"])
def test_a_day_that_stands_nowhere_is_absent(day: str) -> None:
    assert chosen(f"What was sold on {day}?", "14 March, 15 cows").absent_days == ((3, 15),)
    assert chosen(f"What was sold on {day}?", "on 15/03/2020").absent_days == ()


def test_codes_with_parts_are_those_whose_numbers_mislead() -> None:
    found = chosen("is maxIdleTime of 3.2.10 and il6", "maxIdleTime", "3.2.10", "il6")
    assert found.parted_codes == (("3.2.10",),)
    assert len(found.codes) == 3
