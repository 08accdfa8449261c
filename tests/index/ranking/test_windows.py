"""The windows that the answer model reads, and the use of its readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import AnswerModel, Calibration, Metadata, Passage, Query, Reading, Retriever, Span
from index.answering.confidence import Regression
from index.generation.folder import StoredGeneration, open_generation
from index.ranking.order import Ranking
from index.ranking.reading import read_together
from index.ranking.window_readings import NOT_READ
from index.ranking.windows import make_window
from tests.fakes import MODEL, FakeEmbedder, build, write_files


class Reads:
    """Knows the probability of a window by a word in it, and remembers its batches.

    The span is that of `answer`, where the window holds it.
    """

    def __init__(self, known: Mapping[str, float], answer: str = "") -> None:
        self.batches: list[Sequence[str]] = []
        self._known = known
        self._answer = answer

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        windows = [window for _, window in pairs]
        self.batches.append(windows)
        return [
            Reading(
                max((self._known[word] for word in self._known if word in window), default=0.0),
                self._span(window),
                0.0,
            )
            for window in windows
        ]

    def _span(self, window: str) -> Span | None:
        at = window.find(self._answer) if self._answer else -1
        return Span(at, at + len(self._answer)) if at >= 0 else None


SHORT = {
    f"{town}.md": f"---\ntitle: {town}\nlanguage: en\n---\n\n"
    f"The mayor of the old {town} is the best friend of the miller and of all the bakers.\n"
    for town in ("Arle", "Bude", "Cork", "Dorn")
}
# longer than a window, and each in words of its own, so that they are no near-duplicates
TOWNS = {
    name: text.rstrip()
    + "".join(
        f" The {name[0]}{at}ford of {name[0]}{at}ham is where the {name[0]}{at}men and all of their"
        f" people go to see the {name[0]}{at}fair."
        for at in range(4)
    )
    for name, text in SHORT.items()
}
QUESTION = "Who is the mayor of Arle?"
EVEN = Regression(coefficients={}, intercept=0.0)
CALIBRATION = Calibration(
    model=MODEL.name,
    weights_hash=MODEL.weights_hash,
    fitted_on=(),
    trusted=EVEN,
    lexical=EVEN,
    answer_model="reads",
    answered=Regression(coefficients={"answer": 1.0}, intercept=0.0),
)


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("towns")
    build(write_files(folder / "documents", TOWNS), folder / "index")
    return open_generation(folder / "index")


def rank(generation: StoredGeneration, model: AnswerModel | None, question: str) -> Ranking:
    retriever = Retriever(FakeEmbedder(), calibration=CALIBRATION, answer_model=model)
    vectors = retriever.embed([Query(question)], generation)
    [ranking] = retriever.rank([Query(question)], vectors, generation)
    assert ranking is not None
    return ranking


def test_only_the_best_passage_and_its_rivals_are_read_where_it_answers(
    towns: StoredGeneration,
) -> None:
    model = Reads({"Arle": 0.9, "Bude": 0.95})
    ranking = rank(towns, model, QUESTION)
    [best], *_ = model.batches
    assert best.startswith("Arle\nThe mayor of the old Arle")
    assert ranking.confidence == pytest.approx(0.9), "it rests on the best window alone"
    assert ranking.readings.deciding[0].place == ranking.order[0]


def test_more_are_read_together_where_the_best_hardly_answers(towns: StoredGeneration) -> None:
    model = Reads({"Arle": 0.1, "Bude": 0.2, "Cork": 0.2, "Dorn": 0.2})
    ranking = rank(towns, model, QUESTION)
    places = [one.place for one in ranking.readings.deciding]
    rest = places.count(ranking.order[0]) - 1
    assert [len(batch) for batch in model.batches] == [1, rest + 2]
    assert ranking.confidence == pytest.approx(0.2), "that of the best window"
    assert list(dict.fromkeys(places)) == ranking.order[:3]


def test_the_other_windows_of_a_passage_are_read_where_its_best_one_hardly_answers(
    towns: StoredGeneration,
) -> None:
    model = Reads({"mayor": 0.1, "A3fair": 0.9}, "A3men")
    ranking = rank(towns, model, QUESTION)
    assert "A3fair" not in model.batches[0][0]
    assert ranking.confidence == pytest.approx(0.9)
    [hit, *_] = Retriever(FakeEmbedder(), answer_model=model).search(Query(QUESTION), towns)
    assert hit.answer is not None
    assert hit.answer.text == "A3men"


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_a_model_that_is_quite_sure_leaves_some_doubt(
    towns: StoredGeneration, probability: float
) -> None:
    ranking = rank(towns, Reads({"The": probability}), QUESTION)
    assert ranking.confidence == pytest.approx(probability, abs=0.01)
    assert ranking.confidence not in {0.0, 1.0}


def test_a_question_in_another_language_is_not_read(towns: StoredGeneration) -> None:
    model = Reads({"Arle": 0.9})
    ranking = rank(towns, model, "Wer ist der Bürgermeister von Arle?")
    assert (model.batches, ranking.readings, ranking.confidence) == ([], NOT_READ, 0.5)


def test_documents_in_another_language_are_not_read(tmp_path: Path) -> None:
    told = "Der Bürgermeister ist der Freund von allen, die in der alten Stadt mit uns wohnen. "
    build(write_files(tmp_path / "documents", {"a.txt": told * 3}), tmp_path / "index")
    model = Reads({"Stadt": 0.9})
    assert (
        rank(open_generation(tmp_path / "index"), model, "Who is the mayor?").readings == NOT_READ
    )
    assert model.batches == []


def test_a_passage_in_another_language_is_not_read(tmp_path: Path) -> None:
    told = "Die Bienen leben in der alten Kupfermine, und niemand hat sie ausfliegen sehen.\n"
    files = {f"{name}.txt": f"{name} has a mayor and the town is old.\n" for name in TOWNS}
    build(write_files(tmp_path / "documents", files | {"de.txt": told}), tmp_path / "index")
    model = Reads({"Bienen": 0.9})
    generation = open_generation(tmp_path / "index")
    assert generation.manifest.language == "english"
    ranking = rank(generation, model, "Who has seen the Bienen of the Kupfermine?")
    assert (model.batches, ranking.readings) == ([], NOT_READ)


def test_without_a_model_nothing_is_read(towns: StoredGeneration) -> None:
    ranking = rank(towns, None, QUESTION)
    assert (ranking.readings, ranking.confidence) == (NOT_READ, 0.5)


def passage_of(sentences: Sequence[str]) -> Passage:
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    spans = [Span(at, at + len(one)) for at, one in zip(starts, sentences, strict=True)]
    return Passage(
        "d", 0, len(text), text, (1, 1), ("Town",), sentences=tuple(spans),
        sections=((2, ("Town", "Mayors")),),
    )  # fmt: skip


def sentence(number: int) -> str:
    return f"Sentence {number} " + "word " * 12 + "ends."


def test_a_window_is_a_sentence_with_neighbours_below_its_own_headings() -> None:
    passage = passage_of([sentence(number) for number in range(9)])
    window = make_window(passage, Metadata("Arle"), passage.sentences[3])
    lead, body = window.text.split("\n")
    assert lead == "Arle > Town > Mayors"
    assert body == " ".join(sentence(number) for number in (2, 3, 4))
    first = make_window(passage, Metadata("Arle"), passage.sentences[0])
    assert first.text.startswith("Arle > Town\nSentence 0")


def test_a_window_ends_where_its_section_does() -> None:
    passage = passage_of([f"Short sentence {number}." for number in range(4)])
    first, second = (
        make_window(passage, Metadata(""), passage.sentences[at]).text for at in (0, 3)
    )
    assert first == "Town\nShort sentence 0. Short sentence 1."
    assert second == "Town > Mayors\nShort sentence 2. Short sentence 3."


def test_a_row_of_a_table_is_read_alone_below_its_header() -> None:
    passage = passage_of(["Bolt | A4", "Nut | B7", "Cam | C2"])
    rows = replace(passage, headings=("Store", "Part | Shelf"), sections=())
    window = make_window(rows, Metadata(""), rows.sentences[1])
    assert window.text == "Store > Part | Shelf\nNut | B7"


def test_a_span_of_a_window_is_found_in_the_passage() -> None:
    passage = passage_of([sentence(number) for number in range(6)])
    window = make_window(passage, Metadata("Arle"), passage.sentences[3])
    at = window.text.index("Sentence 4")
    span = window.in_passage(Span(at, at + 10))
    assert span is not None
    assert passage.text[span.start : span.end] == "Sentence 4"
    assert window.in_passage(Span(0, 4)) is None, "that is the title"


def test_a_sentence_longer_than_a_window_stands_alone() -> None:
    passage = passage_of(["Short one.", "Long " + "word " * 90 + "ends.", "Short two."])
    window = make_window(passage, Metadata(""), passage.sentences[1])
    assert window.text.split("\n")[1] == "Long " + "word " * 90 + "ends."


LAVA = {
    "lava.md": "---\ntitle: The hill\nlanguage: en\n---\n\n"
    "The lava of the hill flowed for a long time. It was seven weeks in all. Bees came back.\n"
}


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.9, ["It was seven weeks in all.", "The lava of the hill flowed for a long time."]),
        (0.4, ["The lava of the hill flowed for a long time."]),
    ],
)
def test_a_likely_answer_in_another_sentence_leads_the_evidence(
    tmp_path: Path, probability: float, expected: list[str]
) -> None:
    build(write_files(tmp_path / "documents", LAVA), tmp_path / "index")
    model = Reads({"lava": probability}, "seven weeks")
    retriever = Retriever(FakeEmbedder(), answer_model=model)
    question = Query("How long was the time that the lava of the hill flowed?")
    [hit, *_] = retriever.search(question, open_generation(tmp_path / "index"))
    assert [hit.passage.text[one.start : one.end] for one in hit.evidence] == expected


def evidence_of(folder: Path, documents: Mapping[str, str], model: Reads, text: str) -> list[str]:
    build(write_files(folder / "documents", documents), folder / "index")
    retriever = Retriever(FakeEmbedder(), answer_model=model)
    [hit, *_] = retriever.search(Query(text), open_generation(folder / "index"))
    return [hit.passage.text[one.start : one.end] for one in hit.evidence]


def test_a_likely_answer_in_the_second_sentence_of_the_evidence_puts_that_first(
    tmp_path: Path,
) -> None:
    told = (
        "The lava of the hill flowed north. The lava of the hill flowed inland. Bees came back.\n"
    )
    text = {"lava.md": f"---\ntitle: The hill\nlanguage: en\n---\n\n{told}"}
    question = "Where is it that the lava of the hill flowed?"
    plain = evidence_of(tmp_path / "plain", text, Reads({}), question)
    assert plain == ["The lava of the hill flowed north.", "The lava of the hill flowed inland."]
    model = Reads({"lava": 0.9}, "inland")
    assert evidence_of(tmp_path / "read", text, model, question) == plain[::-1]


def test_a_line_that_says_nothing_new_does_not_lead_the_evidence(tmp_path: Path) -> None:
    text = {"yard.txt": "4.2 Rules of the yard\n\nDogs are kept on a lead by all of you.\n"}
    model = Reads({"Dogs": 0.9}, "Rules")
    found = evidence_of(tmp_path, text, model, "What are the dogs kept on?")
    assert found == ["Dogs are kept on a lead by all of you."]


def test_a_span_in_the_title_leaves_the_evidence(tmp_path: Path) -> None:
    build(write_files(tmp_path / "documents", LAVA), tmp_path / "index")
    model = Reads({"lava": 0.9}, "The hill")
    retriever = Retriever(FakeEmbedder(), answer_model=model)
    question = Query("How long was the time that the lava of the hill flowed?")
    [hit, *_] = retriever.search(question, open_generation(tmp_path / "index"))
    assert len(hit.evidence) == 1


def test_questions_that_are_ranked_together_are_read_in_two_batches(
    towns: StoredGeneration,
) -> None:
    model = Reads({"Arle": 0.1, "Bude": 0.9})
    retriever = Retriever(FakeEmbedder(), calibration=CALIBRATION, answer_model=model)
    queries = [Query(QUESTION), Query("Who is the mayor of Bude?"), Query("Wer ist in Bude?")]
    vectors = retriever.embed(queries, towns)
    together = retriever.rank(queries, vectors, towns)
    batches = list(model.batches)
    assert len(batches[0]) == 2
    assert len(batches) == 2
    alone = [
        retriever.rank([query], [vector], towns)[0]
        for query, vector in zip(queries, vectors, strict=True)
    ]
    assert [one and one.confidence for one in together] == [one and one.confidence for one in alone]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("short")
    build(write_files(folder / "documents", SHORT), folder / "index")
    return open_generation(folder / "index")


def test_a_passage_whose_window_answers_takes_the_place_of_one_that_does_not(
    towns: StoredGeneration,
) -> None:
    plain = rank(towns, None, QUESTION)
    ranking = rank(towns, Reads({"Arle": 0.1, "Bude": 0.9, "Cork": 0.2, "Dorn": 0.2}), QUESTION)
    places = ranking.readings.deciding
    answering = next(one.place for one in places if one.window.text.startswith("Bude"))
    assert (plain.order[0], ranking.order[0]) == (places[0].place, answering)
    assert ranking.fused[answering] == pytest.approx(plain.fused[plain.order[0]])


def test_a_passage_that_lacks_the_code_of_the_question_takes_no_place(tmp_path: Path) -> None:
    told = {
        f"{code}.md": f"---\nlanguage: en\n---\n\nThe pump {code} is the one that is in the shed.\n"
        for code in ("ppr-9087", "ppr-9807")
    }
    build(write_files(tmp_path / "documents", told), tmp_path / "index")
    model = Reads({"9087": 0.1, "9807": 0.9})
    ranking = rank(open_generation(tmp_path / "index"), model, "Where is the pump PPR-9087?")
    assert [len(batch) for batch in model.batches] == [1, 1]
    assert ranking.order[0] == ranking.readings.deciding[0].place


def test_further_passages_in_another_language_are_not_read(towns: StoredGeneration) -> None:
    ranking = rank(towns, None, QUESTION)
    features = ranking.candidates.features
    agreement = np.zeros_like(features.agreement)
    agreement[ranking.order[0]] = 1
    candidates = replace(ranking.candidates, features=replace(features, agreement=agreement))
    model = Reads({"Arle": 0.1})
    read_together(model, [replace(ranking, candidates=candidates)], towns)
    assert len(model.batches[0]) == 1
    assert all(window.startswith("Arle") for batch in model.batches for window in batch)


def test_a_window_that_may_answer_takes_no_place(towns: StoredGeneration) -> None:
    ranking = rank(towns, Reads({"Arle": 0.1, "Bude": 0.6, "Cork": 0.2, "Dorn": 0.2}), QUESTION)
    assert ranking.order[0] == ranking.readings.deciding[0].place


def test_the_model_only_adds_to_the_confidence_in_a_short_text(
    towns: StoredGeneration, short: StoredGeneration
) -> None:
    doubts = Reads({"Arle": 0.1, "Bude": 0.1, "Cork": 0.1, "Dorn": 0.1})
    assert rank(short, doubts, QUESTION).confidence == pytest.approx(0.5), "as without a model"
    assert rank(towns, doubts, QUESTION).confidence == pytest.approx(0.1)
    assert rank(short, Reads({"Arle": 0.9}), QUESTION).confidence == pytest.approx(0.9)
