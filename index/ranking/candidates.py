"""The passages that a question is compared with, and the features of each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.embedding.embedder import Vectors
from index.generation.engine import Generation, PassageRows
from index.lexical.terms import CandidateTerms
from index.ranking.centres import Centres, without_centre
from index.ranking.codes import count_codes, is_elsewhere
from index.ranking.fusion import Features
from index.ranking.held_terms import held_share, holds_run
from index.ranking.matching import Scores1D, match_terms, weigh_terms
from index.ranking.named_days import count_missing_days
from index.ranking.periods import Period
from index.ranking.question_terms import choose_terms, with_letters
from index.ranking.quotes import quoted_phrases
from index.types import Query

# Vectors and BM25 each give twice as many passages as the user asked for, within these limits.
# More than 64 change nothing among the first ten, as `pincite evaluate` shows, and take time.
_FEWEST, _MOST = 64, 100
_ENGLISH = "en"  # the only language whose names are judged; see index.ranking.unknown_names


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer a question, with their features.

    `ordinals` int64 of shape (candidates,); `vectors` float32 of shape (candidates, dimension);
    `sentence_cosines` float32 of shape (sentences,), those of candidate i starting at
    `first_sentence[i]`, with `first_sentence` int64 of shape (candidates + 1,). `days` int32 of
    shape (candidates,), 0 where a source is undated; `period_share` float32 of the same shape, the
    share of the words of the question's period that the text holds, of an undated document as a
    whole. `codes` int64 of shape (candidates,) is how many of the question's codes the text holds,
    and `is_elsewhere` of shape (sentences,) whether one stands in another section of the passage;
    `absent_codes` and `absent_names` count the codes and the names of the question that stand
    nowhere in the corpus.
    """

    ordinals: NDArray[np.int64]
    vectors: Vectors
    features: Features
    terms: CandidateTerms
    sentence_cosines: NDArray[np.float32]
    first_sentence: NDArray[np.int64]
    days: NDArray[np.int32]
    period_share: Scores1D
    codes: NDArray[np.int64]
    is_elsewhere: NDArray[np.bool_]
    absent_codes: int = 0
    absent_names: int = 0
    # as codes, of those with parts and a digit
    parted_codes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))


def gather_candidates(
    query: Query,
    period: Period | None,
    vector: Vectors,
    trust: float,
    generation: Generation,
    *,
    language: str = "",
    centres: Centres | None = None,
) -> Candidates | None:
    """Return the nearest passages by vector and the best by BM25, with their features.

    `vector` is the question's, float32 of shape (dimension,). With a `trust` of 0 it is used only
    if no word of the question is found. `language` is that of the question, empty if it is not
    known or makes no difference. `centres` are subtracted from the vectors; see without_centre.

    Return None if no source passes the query's filter.
    """
    analyzer = generation.analyzer
    period_terms = analyzer.terms(period.words) if period else []
    foreign = (
        language
        if generation.manifest.languages and language not in generation.manifest.languages
        else ""
    )
    words = choose_terms(query.text, analyzer, generation.passages.frequencies, foreign)
    named = [term for term in period_terms if term not in words.terms]
    ordinals = _search(query, [*words.terms, *named], vector, trust, generation)
    if not len(ordinals):
        return None
    rows = generation.passages.read(ordinals)
    of_passages, of_questions = (centres.passages, centres.questions) if centres else (None, None)
    asked = without_centre(vector, of_questions)
    vectors = without_centre(rows.vectors, of_passages)
    cosines = without_centre(rows.sentences, of_passages) @ asked
    letters = [pair for pair in words.letters if holds_run(pair, rows.terms)]
    question = weigh_terms(
        [*with_letters(words.order, letters), *named],
        [
            [part for word in analyzer.words(phrase) for part in word.parts]
            for phrase in quoted_phrases(query.text)
        ],
        {**generation.passages.frequencies(named), **words.frequencies},
        generation.manifest.passages,
        {term: words.shares.get(term, 1.0) for term in words.others},
    )
    mean_length = max(generation.manifest.terms / generation.manifest.passages, 1.0)
    return Candidates(
        ordinals=ordinals,
        vectors=vectors,
        features=Features(
            dense=vectors @ asked,
            sentence=np.maximum.reduceat(cosines, rows.first_sentence[:-1]),
            match=match_terms(question, rows.terms, mean_length),
            documents=rows.documents,
            trust=trust,
            same_language=_same_language(rows, language),
            has_terms=len(question.hashes) > 0,
        ),
        terms=rows.terms,
        sentence_cosines=cosines,
        first_sentence=rows.first_sentence,
        days=rows.days,
        period_share=_period_share(period_terms, rows),
        codes=count_codes(words.codes, rows.terms),
        is_elsewhere=is_elsewhere(words.codes, rows.terms),
        absent_codes=sum(not holds_run(code, rows.terms) for code in words.absent_codes)
        + count_missing_days(words.absent_days, rows),
        absent_names=words.absent_names if language in {"", _ENGLISH} else 0,
        parted_codes=count_codes(words.parted_codes, rows.terms),
    )


def _same_language(rows: PassageRows, language: str) -> Scores1D:
    if not language:
        return np.ones(len(rows.days), dtype=np.float32)
    agrees = (rows.languages == language.encode()) | (rows.languages == b"")
    same_language: Scores1D = agrees.astype(np.float32)
    return same_language


def _period_share(terms: list[str], rows: PassageRows) -> Scores1D:
    """Return the share of the period's terms in each passage, or in its document if undated."""
    share = held_share(terms, rows.terms)
    undated = rows.days == 0
    _, document = np.unique(rows.documents, return_inverse=True)
    most = np.zeros(len(document), dtype=np.float32)
    np.maximum.at(most, document, share)
    found: Scores1D = np.where(undated, most[document], share)
    return found


def _search(
    query: Query, terms: list[str], vector: Vectors, trust: float, generation: Generation
) -> NDArray[np.int64]:
    depth = min(max(2 * query.top_k, _FEWEST), _MOST)
    matching = generation.passages.matching(terms, depth, query.filter)
    if trust == 0 and len(matching):
        return np.sort(matching)
    nearest = generation.passages.nearest(vector, depth, query.filter)
    return np.union1d(matching, nearest)
