"""A stopped build leaves the index as it was, and its vectors to the next build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.embedding.embedder import AT_ONCE, Vectors
from index.embedding.spans import Spans
from index.generation.folder import UNFINISHED, current_id, open_generation
from tests.fakes import OTHER_MODEL, FakeEmbedder, build, recipe, write_files

_ROWS = 3  # that each document makes: one for its passage, two for the sentences


class StoppedEmbedder(FakeEmbedder):
    """Is interrupted, as by ^C, when it was given texts so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        return super().embed(texts, spans)


@pytest.fixture
def grown(three: Path, index: Path) -> Path:
    """Return the folder of documents that were added to since the index was built."""
    return write_files(
        three, {f"{n}.txt": f"Whale {n} sang. It dived {n} times." for n in range(2000)}
    )


def stop(documents: Path, index: Path, times: int, *, rebuild: bool = False) -> list[str]:
    """Return the texts that were embedded before a build was stopped."""
    embedder = StoppedEmbedder(times)
    with pytest.raises(KeyboardInterrupt):
        build(documents, index, recipe(embedder), rebuild=rebuild)
    return embedder.texts


def test_a_stopped_build_leaves_the_index_as_it_was(grown: Path, index: Path) -> None:
    before = open_generation(index).id
    stop(grown, index, 3)
    assert open_generation(index).id == before
    assert not (index / "staging").exists()


def test_what_was_embedded_is_not_embedded_again(grown: Path, index: Path) -> None:
    done = stop(grown, index, 3)
    assert len(done) == 3 * AT_ONCE
    embedder = FakeEmbedder()
    report = build(grown, index, recipe(embedder))
    assert (report.published, report.resumed) == (True, _ROWS * len(done))
    assert not set(embedder.texts) & set(done)
    assert not (index / UNFINISHED).exists()
    whole = FakeEmbedder()
    build(grown, index.parent / "whole", recipe(whole), rebuild=True)
    assert len(embedder.texts) + len(done) < len(whole.texts)  # the rest was in the old index
    for name in ("vectors.faiss", "sentences.f16"):
        ours, theirs = (
            (open_generation(place).folder / name).read_bytes()
            for place in (index, index.parent / "whole")
        )
        assert ours == theirs


def test_a_build_may_be_stopped_again_and_again(grown: Path, index: Path) -> None:
    done = stop(grown, index, 2) + stop(grown, index, 1) + stop(grown, index, 4)
    assert len(set(done)) == len(done) == 7 * AT_ONCE
    assert build(grown, index).resumed == _ROWS * len(done)
    assert build(write_files(grown, {"new.txt": "Krill."}), index).resumed == 0


def test_a_rebuild_that_was_stopped_goes_on_too(grown: Path, index: Path) -> None:
    done = stop(grown, index, 2, rebuild=True)
    embedder = FakeEmbedder()
    assert build(grown, index, recipe(embedder), rebuild=True).resumed == _ROWS * len(done)
    assert not set(embedder.texts) & set(done)


def test_what_another_encoder_embedded_is_not_used(grown: Path, index: Path) -> None:
    done = stop(grown, index, 2, rebuild=True)
    embedder = FakeEmbedder()
    report = build(grown, index, recipe(embedder, OTHER_MODEL), rebuild=True)
    assert report.resumed == 0
    assert set(done) <= set(embedder.texts)


def test_a_half_written_end_is_embedded_again(grown: Path, index: Path) -> None:
    done = stop(grown, index, 3)
    [kept] = (index / UNFINISHED).iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    embedder = FakeEmbedder()
    assert build(grown, index, recipe(embedder)).resumed == _ROWS * len(done) - 1
    assert len(set(embedder.texts) & set(done)) == 1
    assert current_id(index) == open_generation(index).id
