from __future__ import annotations

import pytest

from index import Passage
from index.lexical import languages
from index.lexical.languages import passage_language, question_language, with_languages

TEXTS = {
    "en": "The bees live in the old copper mine and nobody has seen them leave it.",
    "de": "Die Bienen leben in der alten Kupfermine, und niemand hat sie ausfliegen sehen.",
    "fr": "Les abeilles vivent dans la vieille mine de cuivre et personne ne les a vues sortir.",
    "es": "Las abejas viven en la vieja mina de cobre y nadie las ha visto salir de ella.",
    "ru": "Пчёлы живут в старом медном руднике, и никто не видел, чтобы они вылетали.",
    "zh": "蜜蜂住在旧铜矿里，没有人见过它们离开那里，也没有人知道为什么。",
    "ar": "تعيش النحل في منجم النحاس القديم ولم يرها أحد تغادره منذ سنوات طويلة.",
    "ja": "ミツバチは古い銅山に住んでいて、そこから出るのを見た人はいません。",
    "uk": "Бджоли живуть у старому мідному руднику, і ніхто не бачив, як вони вилітали.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_passage_is_known(language: str) -> None:
    assert passage_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who was Bea Rand?", "en"),
        ("Wer war Bea Rand?", "de"),
        ("¿Quién ganó el partido?", "es"),
        ("Когда родился Тесла?", "ru"),
        ("泰斯拉是什么时候出生的？", "zh"),
        ("متى ولد تسلا؟", "ar"),
    ],
)
def test_the_language_of_a_question_is_known(question: str, language: str) -> None:
    assert question_language(question) == language


@pytest.mark.parametrize("question", ["PPR-9087", "2024", "?", "", "Angela Merkel", "bees"])
def test_a_question_of_names_and_numbers_has_no_language(question: str) -> None:
    assert question_language(question) == ""


def test_a_table_of_numbers_has_no_language() -> None:
    assert passage_language("4412 | 17.5 | 2024-05-01\n13 | 2.0 | x") == ""


def passages(*texts: str) -> list[Passage]:
    return [Passage("d", 0, len(text), text, (1, 1)) for text in texts]


def test_a_passage_without_a_clear_language_has_that_of_the_one_before_it() -> None:
    found = with_languages(passages("12", TEXTS["de"], "17", TEXTS["fr"], "4"), None)
    assert [one.language for one in found] == ["", "de", "de", "fr", "fr"]


def test_the_first_passages_have_the_language_that_is_stated() -> None:
    found = with_languages(passages("12", TEXTS["en"]), "de-AT")
    assert [one.language for one in found] == ["de", "en"]
    [unknown] = with_languages(passages("12"), "Klingon")
    assert unknown.language == ""


def test_on_a_full_disk_the_language_of_a_question_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def is_full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(languages, "_identifier", is_full)
    assert question_language(TEXTS["en"]) == ""
