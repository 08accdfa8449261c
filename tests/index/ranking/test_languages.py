"""The weight of vectors by language, and searches by words alone in other scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Query, Retriever
from index.generation.folder import open_generation
from index.ranking.languages import dense_trust, is_english
from tests.fakes import FakeEmbedder, build, write_files


@pytest.mark.parametrize(
    ("question", "corpus", "model", "trust"),
    [
        ("Who is the Secretary-General?", "english", ["english"], 1.0),
        ("Who is the Secretary-General?", "german", ["english"], 1.0),
        ("Zhang Ming", "english", ["english"], 1.0),
        ("42?", "english", ["english"], 1.0),
        ("Кто был генеральным секретарём?", "english", ["english"], 0.0),
        ("谁是秘书长？", "english", ["english"], 0.0),
        ("من هو الأمين العام؟", "english", ["english"], 0.0),
        ("Who was Сергей?", "english", ["english"], 1.0),
        ("Wer war der Generalsekretär?", "german", ["german", "english"], 1.0),
        ("Wer war der Generalsekretär?", "german", [], 1.0),
        ("谁是秘书长？", "english", [], 1.0),
    ],
)
def test_vectors_are_trusted_as_far_as_the_model_knows_the_language(
    question: str, corpus: str, model: list[str], trust: float
) -> None:
    assert dense_trust(question, corpus, model) == trust


@pytest.mark.parametrize(
    ("question", "corpus"),
    [
        ("Wer war der Generalsekretär der Organisation?", "german"),
        ("¿Quién fue el secretario general de la organización?", "spanish"),
    ],
)
def test_a_latin_language_that_the_model_was_not_trained_on_is_trusted_in_part(
    question: str, corpus: str
) -> None:
    assert 0 < dense_trust(question, corpus, ["english"]) < 1


@pytest.mark.parametrize(
    ("question", "model"),
    [
        ("Кто был генеральным секретарём?", ["russian", "english"]),
        ("谁是秘书长？", ["chinese"]),
        ("من هو الأمين العام؟", ["english", "arabic"]),
    ],
)
def test_a_model_trained_on_a_language_of_another_script_is_trusted_in_it(
    question: str, model: list[str]
) -> None:
    assert dense_trust(question, "english", model) == 1.0


CHINESE = {
    "a.md": "# 会议\n\n张明于2022年出任秘书长。他来自中国。\n",
    "b.md": "# 港口\n\n九十艘船每年冬天卸下铜。商人在黎明称重。\n",
    "c.md": "# 火山\n\n熔岩流了七个星期。灰烬覆盖了所有屋顶。\n",
}
ARABIC = {
    "a.md": "# اجتماع\n\nتولى تشانغ مينغ منصب الأمين العام. وهو من الصين.\n",
    "b.md": "# ميناء\n\nتفرغ تسعون سفينة النحاس كل شتاء. يزنه التجار عند الفجر.\n",
    "c.md": "# بركان\n\nتدفقت الحمم سبعة أسابيع. غطى الرماد الأسطح.\n",
}
RUSSIAN = {
    "a.md": "# Встреча\n\nЧжан Мин стал генеральным секретарём. Он родом из Китая.\n",
    "b.md": "# Гавань\n\nДевяносто кораблей выгружают медь. Купцы взвешивают её на рассвете.\n",
    "c.md": "# Вулкан\n\nЛава текла семь недель. Пепел покрыл крыши.\n",
}
GERMAN = {
    "a.md": "# Treffen\n\nZhang Ming wurde der Generalsekretär. Er kommt aus China.\n",
    "b.md": "# Hafen\n\nNeunzig Schiffe entladen Kupfer. Die Händler wiegen es bei Tag.\n",
    "c.md": "# Vulkan\n\nDie Lava floss sieben Wochen lang. Asche deckte die Dächer.\n",
}


@pytest.mark.parametrize(
    ("files", "question", "path", "evidence"),
    [
        (CHINESE, "谁出任秘书长？", "a.md", "张明"),
        (CHINESE, "2022年谁当上秘书长？", "a.md", "张明"),
        (CHINESE, "商人什么时候称重？", "b.md", "黎明"),
        (CHINESE, "灰烬覆盖了什么？", "c.md", "屋顶"),
        (ARABIC, "من هو الأمين العام؟", "a.md", "تشانغ مينغ"),
        (ARABIC, "كم سفينة تفرغ النحاس؟", "b.md", "تسعون"),
        (RUSSIAN, "Кто генеральный секретарь?", "a.md", "Чжан Мин"),
        (RUSSIAN, "Когда взвешивает купец медь?", "b.md", "рассвете"),
        (GERMAN, "Wer ist Generalsekretär?", "a.md", "Zhang Ming"),
        (GERMAN, "Wie viele Schiffe entladen das Kupfer?", "b.md", "Neunzig"),
    ],
)
def test_words_find_the_answer_where_the_model_does_not_know_the_language(
    tmp_path: Path, files: dict[str, str], question: str, path: str, evidence: str
) -> None:
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    retriever = Retriever(FakeEmbedder(), languages=["english"])
    first = retriever.search(Query(question), open_generation(tmp_path / "i"))[0]
    assert first.source.path == path
    assert any(evidence in first.passage.text[one.start : one.end] for one in first.evidence)


def test_vectors_that_are_not_trusted_still_find_where_no_word_does(tmp_path: Path) -> None:
    build(write_files(tmp_path / "d", RUSSIAN), tmp_path / "i")
    retriever = Retriever(FakeEmbedder(), languages=["english"])
    assert len(retriever.search(Query("無関係"), open_generation(tmp_path / "i"))) == 3


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was it founded in Berlin?", True),
        ("climate summit baku", True),
        ("WHO IS THE SECRETARY-GENERAL?", True),
        ("Wann wurde die Stadt gegründet?", False),
        ("Quand la ville a-t-elle été fondée ?", False),
        ("¿Cuándo se fundó la ciudad?", False),
        ("Когда был основан город?", False),
        ("如何煮鸡蛋？", False),
        ("???", False),
        ("", False),
    ],
)
def test_english_is_known_by_its_script_and_its_stop_words(question: str, expected: bool) -> None:
    assert is_english(question) == expected
