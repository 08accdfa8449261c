"""Whether the corpus answers a question: the confidence, with what the answer model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.answering.answer_model import AnswerModel
from index.answering.confidence import Calibration
from index.generation.engine import Generation
from index.ranking.doubts import is_doubted
from index.ranking.languages import ENGLISH, is_english
from index.ranking.order import Ranking
from index.ranking.reading import promote, read_together
from index.ranking.signals import reading_features
from index.ranking.window_readings import Readings


class Judge:
    """Computes the confidence of rankings, after an answer model has read their best passages.

    Without a calibration there is no confidence. `answer_model` reads only questions in English
    over documents in English.
    """

    def __init__(self, calibration: Calibration | None, answer_model: AnswerModel | None) -> None:
        self._calibration = calibration
        self._answer_model = answer_model

    def judge(
        self, rankings: Sequence[Ranking | None], generation: Generation
    ) -> list[Ranking | None]:
        """Return the rankings with readings and confidence; None where there is no ranking.

        The answer model reads the windows of all the questions together.

        Raises:
            ModelError: the answer model cannot be loaded or run.
        """
        readings = self._read(rankings, generation)
        return [one and self._judge(one, readings.get(at)) for at, one in enumerate(rankings)]

    def _read(
        self, rankings: Sequence[Ranking | None], generation: Generation
    ) -> dict[int, Readings]:
        """Return the readings of the questions that the answer model reads, by their places."""
        if self._answer_model is None:
            return {}
        read = {place: one for place, one in enumerate(rankings) if one and _is_read(one)}
        readings = read_together(self._answer_model, list(read.values()), generation)
        return dict(zip(read, readings, strict=True))

    def _judge(self, ranking: Ranking, readings: Readings | None) -> Ranking:
        """Return the ranking with its readings and the confidence that rests on them."""
        if readings is None:
            return replace(ranking, confidence=self._confidence(ranking))
        without = self._confidence(ranking)
        signals = ranking.signals | reading_features(readings.deciding)
        judged = replace(promote(ranking, readings), signals=signals, readings=readings)
        confidence = self._confidence(judged)
        # of a short text the answer model can mostly only add to the confidence, and nothing where
        # a name is unknown, because it takes one name for another
        is_trusted = readings.is_of_short_text and not is_doubted(judged)
        if without is not None and confidence is not None and is_trusted:
            bound = min if ranking.signals["absent_names"] else max
            confidence = bound(without, confidence)
        return replace(judged, confidence=confidence)

    def _confidence(self, ranking: Ranking) -> float | None:
        if self._calibration is None:
            return None
        trust = ranking.candidates.features.trust
        return self._calibration.probability(ranking.signals, trust)


def _is_read(ranking: Ranking) -> bool:
    """Tell whether question, documents and best passage are in the answer model's language."""
    features = ranking.candidates.features
    return (
        features.trust == 1
        and features.same_language[ranking.order[0]] == 1
        and ranking.generation.manifest.language == ENGLISH
        and is_english(ranking.query.text)
    )
