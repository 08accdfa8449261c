"""How well the words of passages match the words of a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.terms import CandidateTerms, term_hash

Scores1D = NDArray[np.float32]

# Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Passages
# are of like length and say a thing once, so both constants are below the usual 1.2 and 0.75;
# `pincite evaluate` on SciFact and SQuAD shows the gain.
_K1 = 0.6
_B = 0.5


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The terms of a question: each one's hash in order, and what each distinct one weighs.

    `hashes` and `weights` are sorted by hash: uint32 and float32 of shape (distinct terms,);
    `counts` float32, how often each is asked; `order` the places of the question's terms in them.
    """

    hashes: NDArray[np.uint32]
    weights: Scores1D
    counts: Scores1D
    order: tuple[int, ...]
    phrases: tuple[tuple[int, ...], ...] = ()


def weigh_terms(
    terms: Sequence[str],
    phrases: Sequence[Sequence[str]],
    frequency: Callable[[str], int],
    passages: int,
) -> QuestionTerms:
    """Weigh each distinct term by its inverse document frequency, as BM25 does.

    `frequency` says in how many of the `passages` a term occurs; a term that occurs in none
    weighs most, so that a question about it is seen to be unanswered.
    """
    counts = Counter(terms)
    distinct = sorted(counts, key=term_hash)
    found = np.array([frequency(term) for term in distinct], dtype=np.float32)
    weights = np.log1p((passages - found + 0.5) / (found + 0.5)).astype(np.float32)
    place = {term: at for at, term in enumerate(distinct)}
    return QuestionTerms(
        hashes=np.array([term_hash(term) for term in distinct], dtype=np.uint32),
        weights=weights,
        counts=np.array([counts[term] for term in distinct], dtype=np.float32),
        order=tuple(place[term] for term in terms),
        phrases=tuple(
            tuple(place[term] for term in phrase)
            for phrase in phrases
            if phrase and all(term in place for term in phrase)
        ),
    )


@dataclass(frozen=True, slots=True)
class Match:
    """How the words of each candidate match, all between 0 and 1.

    float32 of shape (candidates,): `bm25`, as a share of the most the question could score;
    `coverage`, the weight of the question's terms in the best sentence with its title; `pairs`,
    the weight of neighbouring terms that stand side by side; `phrases`, the share of quoted
    phrases found. `sentence_coverage` is float32 of shape (all sentences of all candidates,), the
    weight of the terms in each sentence, half of it where only the title holds them.
    """

    bm25: Scores1D
    coverage: Scores1D
    pairs: Scores1D
    phrases: Scores1D
    sentence_coverage: Scores1D


def match_terms(
    question: QuestionTerms,
    candidates: CandidateTerms,
    mean_length: float,
) -> Match:
    """Compare a question's terms with those of its candidates.

    `mean_length` is the mean number of terms of a passage in the whole index.
    """
    passages, distinct = len(candidates.first_segment), len(question.hashes)
    is_title = np.zeros(candidates.segments, dtype=bool)
    is_title[candidates.first_segment] = True
    if not distinct:
        none = np.zeros(passages, dtype=np.float32)
        empty = np.zeros(candidates.segments - passages, dtype=np.float32)
        return Match(none, none, none, none, empty)

    place = np.searchsorted(question.hashes, candidates.hashes).clip(max=distinct - 1)
    matched = question.hashes[place] == candidates.hashes
    at = np.where(matched, place, -1)  # each word's place among the question's terms, or -1

    counts = np.zeros((passages, distinct), dtype=np.float32)
    np.add.at(counts, (candidates.passage[matched], place[matched]), 1)
    lengths = np.bincount(candidates.passage, minlength=passages)
    norm = _K1 * (1 - _B + _B * lengths / mean_length)
    saturated = counts * (_K1 + 1) / (counts + norm[:, None])
    asked = question.weights * question.counts
    bm25 = saturated @ asked / (asked.sum() * (_K1 + 1))

    present = np.zeros((candidates.segments, distinct), dtype=np.float32)
    present[candidates.segment[matched], place[matched]] = 1
    owner = np.cumsum(is_title) - 1  # the passage that each segment belongs to
    titled = np.maximum(present, present[candidates.first_segment][owner])
    shares = question.weights / question.weights.sum()
    covered, own = titled @ shares, present @ shares
    return Match(
        bm25=bm25.astype(np.float32),
        coverage=np.maximum.reduceat(covered, candidates.first_segment),
        pairs=_pair_weight(question, at, candidates.passage, passages),
        phrases=_phrase_share(question, at, candidates.passage, passages),
        sentence_coverage=(covered + own)[~is_title] / 2,
    )


def holds_all(terms: Sequence[str], candidates: CandidateTerms) -> NDArray[np.bool_]:
    """Return, for each candidate, whether every one of `terms` occurs in it; never if none."""
    holds = np.full(len(candidates.first_segment), bool(terms))
    for term in set(terms):
        found = np.zeros(len(holds), dtype=bool)
        found[candidates.passage[candidates.hashes == term_hash(term)]] = True
        holds &= found
    return holds


def _pair_weight(
    question: QuestionTerms, at: NDArray[np.int64], passage: NDArray[np.int64], passages: int
) -> Scores1D:
    pairs = sorted(set(zip(question.order, question.order[1:], strict=False)))
    total = np.zeros(passages, dtype=np.float32)
    if not pairs:
        return total
    weights = [float(question.weights[a] + question.weights[b]) for a, b in pairs]
    for (a, b), weight in zip(pairs, weights, strict=True):
        total[_run_owners((a, b), at, passage)] += weight
    return total / np.float32(sum(weights))


def _phrase_share(
    question: QuestionTerms, at: NDArray[np.int64], passage: NDArray[np.int64], passages: int
) -> Scores1D:
    found = np.zeros(passages, dtype=np.float32)
    for phrase in question.phrases:
        found[_run_owners(phrase, at, passage)] += 1
    return found / np.float32(max(len(question.phrases), 1))


def _run_owners(
    run: Sequence[int], at: NDArray[np.int64], passage: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the passages in which the terms of `run` stand one right after another."""
    last = len(at) - len(run) + 1
    if last <= 0:
        return np.zeros(0, dtype=np.int64)
    stands = passage[:last] == passage[len(run) - 1 :]
    for step, term in enumerate(run):
        stands &= at[step : last + step] == term
    return np.unique(passage[:last][stands])
