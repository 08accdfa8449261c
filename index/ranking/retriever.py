"""The retriever: from a question to its best passages, over one generation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.answering.answer_model import AnswerModel
from index.answering.confidence import Calibration
from index.embedding.embedder import BATCH, Vectors
from index.embedding.inputs import passage_input
from index.generation.encoders import Encoders
from index.generation.engine import Generation
from index.lexical.languages import question_language
from index.ranking.candidates import Candidates, gather_candidates
from index.ranking.duplicates import group_duplicates
from index.ranking.evidence import find_evidence
from index.ranking.focus import focus_of
from index.ranking.fusion import code_bonus, feedback, fuse
from index.ranking.judging import Judge
from index.ranking.languages import dense_trust
from index.ranking.order import Ranking
from index.ranking.periods import named_period
from index.ranking.question_vectors import QuestionVectors
from index.ranking.recency import newest_first, time_penalty
from index.ranking.reranker import Reranker
from index.ranking.signals import confidence_features
from index.ranking.units import Asked
from index.ranking.window_readings import likely_answer
from index.types import Hit, Passage, Query, Scores, Source

# The most that a source's date subtracts from a score, if the question names no period; see
# index.ranking.recency.
TIME_WEIGHT = 0.1
_RERANKED = 30  # candidates that a reranker reads, each with one pass of the model


class Retriever:
    """Finds passages; one call reads one generation, so a reply never mixes two.

    `languages` are the languages that the model was trained on, empty if it knows many or they are
    not known. The vectors of a `narrow` one lie in a narrow cone, whose centres are subtracted.
    `answer_model` reads the best passages of questions and documents in English.
    """

    def __init__(
        self,
        encoders: Encoders,
        *,
        languages: Sequence[str] = (),
        narrow: bool = False,
        calibration: Calibration | None = None,
        reranker: Reranker | None = None,
        answer_model: AnswerModel | None = None,
        time_weight: float = TIME_WEIGHT,
    ) -> None:
        self._vectors = QuestionVectors(encoders, of_words=narrow)
        self._languages = languages
        self._narrow = narrow
        self._judge = Judge(calibration, answer_model)
        self._reranker = reranker
        self._time_weight = time_weight

    @property
    def at_once(self) -> int:
        """The best batch size: 1 with a reranker, which takes one question at a time."""
        return BATCH if self._reranker is None else 1

    def search(self, query: Query, generation: Generation) -> list[Hit]:
        """Embed and rank one question, and return up to `query.top_k` hits, best first."""
        [ranking] = self.rank([query], self.embed([query], generation), generation)
        return self.hits(ranking) if ranking else []

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        """Return the vector of each question, float32 of shape (dimension,), made in one batch.

        Raises:
            ModelError: the encoder of the generation cannot be opened on this machine.
        """
        return self._vectors.of([focus_of(query.text) for query in queries], generation)

    def rank(
        self, queries: Sequence[Query], vectors: Sequence[Vectors], generation: Generation
    ) -> list[Ranking | None]:
        """Order the candidates of each question and judge whether they answer it."""
        return self.judge(self.order(queries, vectors, generation), generation)

    def order(
        self, queries: Sequence[Query], vectors: Sequence[Vectors], generation: Generation
    ) -> list[Ranking | None]:
        """Return every candidate of each question; None for a question whose filter passes none.

        `vectors` are those of the questions, as `embed` returns them for the same generation. The
        rankings are without readings and confidence.

        Raises:
            ModelError: the reranker cannot be loaded or run.
        """
        return [
            self._order(query, vector, generation)
            for query, vector in zip(queries, vectors, strict=True)
        ]

    def judge(
        self, rankings: Sequence[Ranking | None], generation: Generation
    ) -> list[Ranking | None]:
        """Return the rankings with the readings of the answer model and with confidence.

        Raises:
            ModelError: the answer model cannot be loaded or run.
        """
        return self._judge.judge(rankings, generation)

    def _order(self, query: Query, vector: Vectors, generation: Generation) -> Ranking | None:
        query = replace(query, text=focus_of(query.text))
        asked_on = query.asked_on or dt.datetime.now(dt.UTC).date()
        period = named_period(query.text, asked_on)
        trust = dense_trust(query.text, generation.manifest.language, self._languages)
        language = "" if self._languages else question_language(query.text)
        candidates = gather_candidates(
            query,
            period,
            vector,
            trust,
            generation,
            language=language,
            centres=self._vectors.centres(generation, language) if self._narrow else None,
        )
        if candidates is None:
            return None
        penalty = time_penalty(
            candidates.days, candidates.period_share, period, asked_on, self._time_weight
        )
        relevance = fuse(candidates.features) + code_bonus(candidates.parted_codes)
        fused = relevance + feedback(relevance, candidates.vectors, trust) - penalty
        best = int(np.argmax(fused))
        signals = confidence_features(
            query.text, candidates, relevance, best, generation.manifest.passages
        )
        reranked = self._rerank(query, fused, candidates, generation)
        if reranked:
            fused /= 2
            penalty /= 2
            fused[list(reranked)] += np.array(list(reranked.values()), dtype=np.float32) / 2
        order = np.argsort(-fused, kind="stable").tolist()
        if query.prefer_recent:
            order = newest_first(order, fused, candidates.days)
        return Ranking(
            query, generation, candidates, period, order, fused, penalty, reranked, signals
        )

    def _rerank(
        self,
        query: Query,
        fused: NDArray[np.float32],
        candidates: Candidates,
        generation: Generation,
    ) -> dict[int, float]:
        """Return the reranker's score of each of the best candidates; empty without a reranker."""
        if self._reranker is None:
            return {}
        best = np.argsort(-fused, kind="stable")[:_RERANKED]
        found = generation.catalog.passages(candidates.ordinals[best].tolist())
        texts = [passage_input(passage, source.metadata) for passage, source in found]
        scores = self._reranker.score(query.text, texts)
        return dict(zip(best.tolist(), scores.tolist(), strict=True))

    def hits(self, ranking: Ranking) -> list[Hit]:
        """Read the best candidates of a ranking from the catalog, near-duplicates grouped."""
        groups = group_duplicates(ranking.order, ranking.candidates, ranking.query.top_k)
        places = [place for group in groups for place in group]
        ordinals = ranking.candidates.ordinals[places].tolist()
        found = dict(zip(places, ranking.generation.catalog.passages(ordinals), strict=True))
        asked = _asked(ranking)
        return [
            _hit(group[0], [found[place] for place in group], ranking, asked) for group in groups
        ]

    def hit(self, ranking: Ranking, place: int) -> Hit:
        """Read the candidate with the index `place` from the catalog."""
        ordinal = int(ranking.candidates.ordinals[place])
        found = ranking.generation.catalog.passages([ordinal])
        return _hit(place, found, ranking, _asked(ranking))


def _asked(ranking: Ranking) -> Asked:
    return Asked(ranking.query.text, ranking.generation.analyzer)


def _hit(place: int, found: list[tuple[Passage, Source]], ranking: Ranking, asked: Asked) -> Hit:
    (passage, source), *duplicates = found
    features = ranking.candidates.features
    reading = ranking.readings.of(place)
    answer = likely_answer(reading, passage) if reading else None
    return Hit(
        passage=passage,
        source=source,
        scores=Scores(
            fused=float(ranking.fused[place]),
            dense=float(features.dense[place]),
            sentence=float(features.sentence[place]),
            lexical=float(features.match.bm25[place]),
            time=-float(ranking.penalty[place]),
            reranked=ranking.reranked.get(place),
        ),
        evidence=reading.evidence
        if reading
        else find_evidence(place, passage, ranking.candidates, asked),
        duplicates=tuple(duplicates),
        answer=answer,
    )
