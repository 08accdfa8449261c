"""Documents about towns, and an answer model that knows what it finds in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index import AnswerModel, Calibration, Query, Reading, Retriever, Span
from index.answering.confidence import Regression
from index.generation.folder import StoredGeneration
from index.ranking.order import Ranking
from tests.fakes import MODEL, FakeEmbedder


class FakeAnswerModel:
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


def rank(generation: StoredGeneration, model: AnswerModel | None, question: str) -> Ranking:
    retriever = Retriever(FakeEmbedder(), calibration=CALIBRATION, answer_model=model)
    vectors = retriever.embed([Query(question)], generation)
    [ranking] = retriever.rank([Query(question)], vectors, generation)
    assert ranking is not None
    return ranking
