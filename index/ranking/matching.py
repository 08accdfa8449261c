"""How well the terms of passages match the terms of a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.lexical.terms import CandidateTerms, offsets, ranges, term_hash

Scores1D = NDArray[np.float32]

# Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Passages
# have similar lengths and seldom repeat a term, so both constants are below the usual 1.2 and
# 0.75; `pincite evaluate` on SciFact and SQuAD shows the gain.
_K1 = 0.6
_B = 0.5
# Passages without any of the terms that weights assume beside those of the index: in an index of a
# few passages, how many hold a term says little about how rare it is.
_UNSEEN = 50
# A word that no passage holds says that the answer is missing, but in an index of a few passages
# it is missing by chance: it counts there like a word that one passage holds.
_SMALL = 20  # passages
_TITLED = 0.9  # the worth of a term in title or headings, relative to one in the sentence
# The same where the sentence is chosen that answers: one that says a word goes before one that only
# stands below it, and a sentence below the right heading before the others of the document. A word
# that no sentence of the passage says counts nearly in full where it heads the section.
_TITLED_SENTENCE, _HEADED_SENTENCE, _ONLY_HEADED = 0.45, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """The distinct terms of a question with their weights, and their order in the question.

    `hashes` (uint32), `weights` and `counts` (float32) have the shape (distinct terms,) and are
    sorted by hash; `counts` is how often the question has the term. `order` holds the index of
    each of the question's terms in them, and `phrases` the same for each quoted phrase.
    """

    hashes: NDArray[np.uint32]
    weights: Scores1D
    counts: Scores1D
    order: tuple[int, ...]
    phrases: tuple[tuple[int, ...], ...] = ()


def weigh_terms(
    terms: Sequence[str],
    phrases: Sequence[Sequence[str]],
    frequencies: Mapping[str, int],
    passages: int,
    others: Mapping[str, float] = MappingProxyType({}),
) -> WeightedTerms:
    """Weigh each distinct term by its inverse document frequency, as BM25 does.

    `terms` are in the order of the question; `others` are terms whose order does not count, each
    with the share of its weight that it has. `frequencies` holds in how many of all `passages` a
    term occurs. A term that occurs nowhere weighs most, so that a question about it scores low
    everywhere.
    """
    counts = Counter([*terms, *others])
    distinct = sorted(counts, key=term_hash)
    found = np.array([frequencies[term] for term in distinct], dtype=np.float32)
    found = np.maximum(found, np.exp(-passages / _SMALL))
    rest = passages + _UNSEEN - found
    shares = [1.0 if term in terms else others[term] for term in distinct]
    weights = (np.log1p((rest + 0.5) / (found + 0.5)) * shares).astype(np.float32)
    place = {term: at for at, term in enumerate(distinct)}
    return WeightedTerms(
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
    """How well the terms of each candidate match, each value between 0 and 1.

    float32 of shape (candidates,): `bm25`, as a share of the highest possible score; `coverage`,
    the weight of the question's terms in the best sentence or, for a little less, in its headings
    and the title; `pairs`, the weight of the question's neighbouring terms that are neighbours in
    the passage too; `phrases`, the share of quoted phrases found.

    `sentence_coverage` is float32 of shape (all sentences of all candidates,): the weight of the
    terms in each sentence, where a term of its headings that another sentence says counts half, and
    a term of the document's title a little less. `sentence_pairs` of the same shape is the share of
    the question's neighbouring terms that are neighbours in the sentence.
    """

    bm25: Scores1D
    coverage: Scores1D
    pairs: Scores1D
    phrases: Scores1D
    sentence_coverage: Scores1D
    sentence_pairs: Scores1D


def match_terms(
    question: WeightedTerms,
    candidates: CandidateTerms,
    mean_length: float,
) -> Match:
    """Compare a question's terms with those of its candidates.

    `mean_length` is the mean number of terms of a passage in the whole index.
    """
    titles, passages = candidates.first_segment[:-1], len(candidates.first_segment) - 1
    count = candidates.sentences
    headings, sentences = ranges(titles + 1, count), ranges(titles + 1 + count, count)
    first_sentence = offsets(count)
    segments, distinct = len(candidates.first_term) - 1, len(question.hashes)
    if not distinct:
        none = np.zeros(passages, dtype=np.float32)
        empty = np.zeros(len(sentences), dtype=np.float32)
        return Match(none, none, none, none, empty, empty)

    owner = np.repeat(np.arange(passages), np.diff(candidates.first_segment))
    found = _find(question, candidates, owner)

    cells = np.bincount(found.passage * distinct + found.place, minlength=passages * distinct)
    counts = cells.reshape(passages, distinct).astype(np.float32)
    lengths = np.diff(candidates.first_term[candidates.first_segment])
    norm = _K1 * (1 - _B + _B * lengths / mean_length)
    saturated = counts * (_K1 + 1) / (counts + norm[:, None])
    asked = question.weights * question.counts
    bm25 = saturated @ asked / (asked.sum() * (_K1 + 1))

    present = np.zeros((segments, distinct), dtype=np.float32)
    present[found.segment, found.place] = 1
    shares = question.weights / question.weights.sum()
    section = section_segments(candidates, headings, first_sentence)
    title, heading, sentence = (
        present[titles][owner[sentences]],
        present[section],
        present[sentences],
    )
    covered = np.maximum(sentence, _TITLED * np.maximum(title, heading)) @ shares
    said = np.maximum.reduceat(sentence, first_sentence[:-1])[owner[sentences]]
    headed = heading * np.where(said, np.float32(_HEADED_SENTENCE), np.float32(_ONLY_HEADED))
    evident = np.maximum(sentence, np.maximum(_TITLED_SENTENCE * title, headed))
    return Match(
        bm25=bm25.astype(np.float32),
        coverage=np.maximum.reduceat(covered, first_sentence[:-1]),
        pairs=_pair_weight(question, found, passages),
        phrases=_phrase_share(question, found, passages),
        sentence_coverage=evident @ shares,
        sentence_pairs=_pairs_within(question, found, segments)[sentences],
    )


def section_segments(
    candidates: CandidateTerms, headings: NDArray[np.int64], first_sentence: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the segment that holds the headings of each sentence, int64 of shape (sentences,).

    A sentence without headings of its own continues the section of the sentence before it.
    """
    begins = np.diff(candidates.first_term)[headings] > 0
    begins[first_sentence[:-1]] = True
    latest = np.maximum.accumulate(np.where(begins, np.arange(len(headings)), 0))
    found: NDArray[np.int64] = headings[latest]
    return found


@dataclass(frozen=True, slots=True)
class _Found:
    """The occurrences of the question's terms in the candidates, in order.

    int64 of shape (found,): `at`, the index among the terms of all candidates; `place`, the index
    among the question's terms; `segment` and `passage`, the indices of those.
    """

    at: NDArray[np.int64]
    place: NDArray[np.int64]
    segment: NDArray[np.int64]
    passage: NDArray[np.int64]


def _find(question: WeightedTerms, candidates: CandidateTerms, owner: NDArray[np.int64]) -> _Found:
    """Find the question's terms; `owner` is the passage of each segment."""
    at = np.flatnonzero((question.hashes[:, None] == candidates.hashes).any(axis=0))
    place = np.searchsorted(question.hashes, candidates.hashes[at])
    segment = np.searchsorted(candidates.first_term, at, side="right") - 1
    return _Found(at, place, segment, owner[segment])


def _pair_weight(question: WeightedTerms, found: _Found, passages: int) -> Scores1D:
    pairs = sorted(set(zip(question.order, question.order[1:], strict=False)))
    total = np.zeros(passages, dtype=np.float32)
    if not pairs:
        return total
    weights = [float(question.weights[a] + question.weights[b]) for a, b in pairs]
    for pair, weight in zip(pairs, weights, strict=True):
        total[_run_owners(pair, found)] += weight
    return total / np.float32(sum(weights))


def _pairs_within(question: WeightedTerms, found: _Found, segments: int) -> Scores1D:
    """Return the share of the question's pairs that each segment has, float32 (segments,)."""
    pairs = set(pairwise(question.order))
    total = np.zeros(segments, dtype=np.float32)
    follows = (np.diff(found.at) == 1) & (np.diff(found.segment) == 0)
    for one, other in pairs:
        stands = follows & (found.place[:-1] == one) & (found.place[1:] == other)
        total[found.segment[:-1][stands]] += 1
    share: Scores1D = np.minimum(total / np.float32(max(len(pairs), 1)), 1)
    return share


def _phrase_share(question: WeightedTerms, found: _Found, passages: int) -> Scores1D:
    share = np.zeros(passages, dtype=np.float32)
    for phrase in question.phrases:
        share[_run_owners(phrase, found)] += 1
    return share / np.float32(max(len(question.phrases), 1))


def _run_owners(run: Sequence[int], found: _Found) -> NDArray[np.int64]:
    """Return the passages in which the terms of `run` follow one another directly."""
    # terms that are neighbours in the text are neighbours among those found
    length = max(len(found.at) - len(run) + 1, 0)
    begin, end = slice(length), slice(len(run) - 1, length + len(run) - 1)
    stands = found.passage[begin] == found.passage[end]
    stands &= found.at[end] - found.at[begin] == len(run) - 1
    for step, term in enumerate(run):
        stands &= found.place[step : length + step] == term
    owners: NDArray[np.int64] = found.passage[begin][stands]
    return owners
