"""Words that count as the same, and words that do not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.analysis import Analyzer

ENGLISH = Analyzer("english")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ships were unloading", "the ship unloads"),
        ("Quill's copper", "Quill copper"),
        ("the ship’s copper", "ship copper"),
        ("1,000,000 tons", "1000000 tons"),
        ("1\u00a0000 tons", "1000 tons"),
        ("U.S. tariffs", "US tariffs"),
        ("U.S.A.", "USA"),
        ("J.R.R. Tolkien", "JRR Tolkien"),
        ("IL-6", "il-6"),
        ("co\u2011operate", "co-operate"),
        ("ﬁne ａｂｃ ①", "fine abc 1"),
        ("cafe\u0301", "café"),
        ("STRASSE", "straße"),
        ("µm", "μm"),
    ],
)
def test_two_ways_to_write_one_thing_give_the_same_terms(one: str, other: str) -> None:
    assert ENGLISH.terms(one) == ENGLISH.terms(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [("1000", "1001"), ("US", "UK"), ("3.5", "35"), ("copper", "coppice"), ("the WHO", "the who")],
)
def test_different_things_keep_different_terms(one: str, other: str) -> None:
    assert ENGLISH.terms(one) != ENGLISH.terms(other)


def test_stop_words_are_dropped_but_not_names_in_capitals() -> None:
    assert ENGLISH.terms("Who is it that helps us, and what of them?") == ENGLISH.terms("helps")
    assert ENGLISH.terms("the WHO and IT in the US") == ["who", "it", "us"]
    assert ENGLISH.terms("A is not I") == []


def test_a_question_in_capitals_has_the_terms_of_one_in_small_letters() -> None:
    shouted = ENGLISH.terms("WHO WEIGHS THE COPPER AT DAWN?")
    assert shouted == ENGLISH.terms("who weighs the copper at dawn?")


def test_a_hyphenated_word_is_found_by_its_parts_and_joined() -> None:
    assert ENGLISH.terms("IL-6") == ["il", "6", "il6"]
    on_the_job = ENGLISH.terms("on-the-job - training")
    assert on_the_job == ["job", *ENGLISH.terms("training"), *ENGLISH.terms("onthejob")]


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("PPR-9087", "ppr9087"),
        ("PPR-9087", "PPR 9087"),
        ("PPR_9087", "PPR-9087"),
        ("retry_backoff_ms", "retryBackoffMs"),
        ("maxRetryCount", "max_retry_count"),
        ("32GB", "32 GB"),
        ("set-up", "setup"),
        ("setups", "set-up"),
        ("iPhones", "iphone"),
        ("14 March", "March 14"),
        ("14th of May 2020, 14 May", "14 May"),
        ("2020-03-14", "14 March 2020"),
        ("14.3.2020", "14 March 2020"),
        ("https://example.org/forms/f-21b", "example.org/forms/F-21b"),
        ("claims-north@example.org", "example.org"),
        ("3rd", "third"),
        ("3º", "3"),
        ("16.500", "16500"),
        ("14 500", "14500"),
        ("HSCs", "HSC"),
        ("miRNAs", "miRNA"),
        ("v2.3.10", "2.3.10"),
        ("NU 2204 ECP", "NU2204ECP"),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("978-3-16-148410-0", "9783161484100"),
        ("978-3-16-148410-0", "978 3 16 148410 0"),
        ("2 345 678", "2,345,678"),
        ("Harald III", "Harald the Third"),
        ("World War II", "World War 2"),
        ("Sean O'Connell", "Sean OConnell"),
        ("O’Brien", "O'Brien"),
    ],
)
def test_other_ways_to_write_the_whole_share_a_term(written: str, other: str) -> None:
    def wholes(text: str) -> set[str]:
        words = ENGLISH.words(text)
        return {one for word in words for one in (*word.forms, *word.parts[: len(word.parts) < 2])}

    assert wholes(written) & wholes(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.2.10", "2.3.10"),
        ("3.2.10", "3.2.1"),
        ("4.2.1", "2.4.1"),
        ("10.0.0.1", "10.0.1.0"),
        ("PPR-9087", "PPR-9807"),
        ("claims-south@example.org", "claims-north@example.org"),
        ("claims@north.example.org", "claims-north@example.org"),
        ("14 March", "4 March"),
        ("3 July", "July 31"),
        ("C", "C++"),
        ("C++", "C#"),
        ("A+", "A-"),
        ("O+", "O-"),
        ("NET", ".NET"),
        ("1-23", "12-3"),
        ("f-21b", "f-12b"),
        ("01234", "1234"),
        ("DE89 3704 0044", "DE89 3704 0440"),
        ("345 678", "2 345 678"),
        ("Harald IV", "Harald VI"),
    ],
)
def test_codes_that_differ_share_no_whole(one: str, other: str) -> None:
    def wholes(text: str) -> set[str]:
        words = ENGLISH.words(f"about {text}")
        return {form for word in words for form in word.forms or word.parts} - {"about"}

    assert wholes(one)
    assert wholes(other)
    assert wholes(one) != wholes(other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vitamin A is kept cold", "a"),
        ("how much is plan a?", "a"),
        ("Appendix A", "a"),
        ("ward s", "s"),
        ("group O", "o"),
        ("in World War I", "i"),
        ("Annex I lists the lamps.", "i"),
        ("When did The Who play?", "who"),
        ("on 5 May", "may"),
        ("in May 2020", "may"),
        ("May keeps the bees.", "may"),
        ("It rains. Will Marsh is out.", "will"),
    ],
)
def test_single_letters_and_stop_words_may_be_names(text: str, name: str) -> None:
    assert name in ENGLISH.terms(text)


@pytest.mark.parametrize(
    "text",
    ["it's", "don't you", "I'd", "A I", "what if I may", "When I can", "Will you?", "May I?"],
)
def test_articles_pronouns_and_contractions_are_no_names(text: str) -> None:
    assert ENGLISH.terms(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ge­samt­preis", "Gesamtpreis"),
        ("extra\u200bordinary", "extraordinary"),
        ("word⁠joiner﻿", "wordjoiner"),
        ("12,500", "12500"),
        ("12 500", "12500"),
        ("12'500", "12500"),
        ("12’500", "12500"),
        ("1,70,500", "170500"),
        ("1,234,567.5", "1234567.5"),
        ("0,80", "0.80"),
        ("١٢٣", "123"),
        ("१२३", "123"),
        ("Đorđe Łódź Þór Øre", "dorde lodz thor ore"),
        ("שָׁלוֹם", "שלום"),
        ("کتاب‌خانه", "كتابخانه"),
        ("نانوایی", "نانوايى"),
        ("ﾄﾖﾀ自動車", "トヨタ自動車"),
    ],
)
def test_characters_that_make_no_difference_are_ignored(one: str, other: str) -> None:
    assert ENGLISH.terms(one) == ENGLISH.terms(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("박물관이", "박물관은"),
        ("도서관에서", "도서관"),
        ("המפתח", "מפתח"),
        ("សារមន្ទីរជាតិ", "សារមន្ទីរ"),
        ("ພິພິທະພັນ", "ພິພິທະພັນແຫ່ງຊາດ"),
        ("ပြတိုက်", "ပြတိုက်သည်"),
    ],
)
def test_words_with_particles_or_without_spaces_share_terms(one: str, other: str) -> None:
    assert set(ENGLISH.terms(one)) & set(ENGLISH.terms(other))


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("α", "alpha"), ("β", "beta"), ("γ", "gamma"), ("δ", "delta"), ("ε", "epsilon"),
        ("κ", "kappa"), ("λ", "lambda"), ("μ", "mu"), ("π", "pi"), ("Σ", "sigma"), ("Ω", "omega"),
    ],
)  # fmt: skip
def test_a_greek_letter_is_its_name(letter: str, name: str) -> None:
    assert ENGLISH.terms(f"TNF {letter} level") == ENGLISH.terms(f"TNF {name} level")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("秘书长", {"秘", "书", "长", "秘书", "书长"}),
        ("学校", {"学", "校", "学校"}),
        ("ไทย", {"ไ", "ท", "ย", "ไท", "ทย"}),
        ("カナ", {"カ", "ナ", "カナ"}),
    ],
)
def test_scripts_without_spaces_are_cut_into_characters_and_pairs(
    text: str, terms: set[str]
) -> None:
    assert set(ENGLISH.terms(text)) == terms


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("2020年谁是秘书长", {"2020", "秘书"}),
        ("iPhone手机很好", {"iphon", "手机"}),
        ("在2018年4月", {"2018", "4"}),
        ("コンピューターは便利", {"便利", "コン"}),
        ("ปี2020", {"2020", "ปี"}),
    ],
)
def test_letters_and_digits_are_cut_from_the_characters_they_touch(
    text: str, held: set[str]
) -> None:
    assert held <= set(ENGLISH.terms(text))


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("english", "секретарь секретаря секретарём"),
        ("english", "الكتاب كتاب كتابها"),
        ("german", "Regierung Regierungen"),
        ("french", "continuer continua continuait"),
        ("spanish", "barcos barco"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, forms: str) -> None:
    assert len(set(Analyzer(language).terms(forms))) == 1


@given(st.text(max_size=80))
def test_no_term_is_empty_or_holds_white_space(text: str) -> None:
    for term in ENGLISH.terms(text):
        assert term.split() == [term]


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("빵집이 어디에 있나요?", ["빵집"]),
        ("우체국에서 언제 여나요?", ["우체", "체국", "여나", "나요"]),
        ("איפה בית קפה?", ["בית", "קפה"]),
        ("डाकघर कहाँ है", ["डाकघर"]),
    ],
)
def test_words_by_which_other_languages_ask_do_not_count(question: str, terms: list[str]) -> None:
    assert Analyzer("english").terms(question) == terms


@pytest.mark.parametrize(
    "day", ["14th of March", "14 of march", "March the 14th", "14/03/2024", "03/14/2024"]
)
def test_a_day_has_one_form_however_it_is_written(day: str) -> None:
    assert "day:3-14" in Analyzer("english").terms(f"sold on {day}, they say")
