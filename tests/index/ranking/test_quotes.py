from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Query, Retriever
from index.generation.folder import open_generation
from index.lexical.analysis import Analyzer
from index.ranking.quotes import quoted_phrases
from tests.fakes import FakeEmbedder, build, write_files


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ('Who wrote "the iron harbour"?', ["the iron harbour"]),
        ("Who wrote “the iron harbour”?", ["the iron harbour"]),
        ("Кто написал «Железную гавань»?", ["Железную гавань"]),
        ("Wer schrieb „Der eiserne Hafen“?", ["Der eiserne Hafen"]),
        ('"one thing" and “another”', ["one thing", "another"]),
        ('an unclosed "mark', []),
        ("Ada's and Ben's", []),
        ('""', []),
        ("no marks", []),
        ("", []),
    ],
)
def test_phrases_are_what_stands_between_marks(text: str, phrases: list[str]) -> None:
    assert quoted_phrases(text) == phrases


def test_what_is_too_long_to_be_quoted_is_no_phrase() -> None:
    assert quoted_phrases(f'"{"word " * 100}"') == []


@given(st.lists(st.sampled_from(['"', "“", "”", "«", "»", "'s", "-", ".", ",", "A", "1", "000",
                                 "海", "\u0301", "é", " "]), max_size=30).map("".join))  # fmt: skip
def test_the_terms_of_a_phrase_are_among_those_of_its_question(text: str) -> None:
    analyzer = Analyzer("english")
    for phrase in quoted_phrases(text):
        assert phrase in text
        assert set(analyzer.terms(phrase)) <= set(analyzer.terms(text))


def test_a_quoted_phrase_is_found_word_for_word(tmp_path: Path) -> None:
    files = {
        "a.md": "The harbour has gates of iron, and they close at night.\n",
        "b.md": "A song of that time, The Iron Harbour, is still sung by the gates.\n",
        "c.md": "Iron came to the town by its harbour.\n",
    }
    build(write_files(tmp_path / "d", files), tmp_path / "i")
    generation = open_generation(tmp_path / "i")
    retriever = Retriever(FakeEmbedder())

    def lead(question: str) -> float:
        """Return the distance of b.md from the best of the others."""
        scores = {
            hit.source.path: hit.scores.fused
            for hit in retriever.search(Query(question), generation)
        }
        return scores["b.md"] - max(scores["a.md"], scores["c.md"])

    assert lead('gates of the "iron harbour"') > 0 > lead("gates of the iron harbour")
