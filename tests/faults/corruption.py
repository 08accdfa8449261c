"""Flips bits of each file of a generation, and cuts it; an index that opens must answer as before.

`python -m tests.faults.corruption --times 200` takes some minutes.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import click

from index import (
    Hit,
    ModelEncoders,
    Query,
    Recipe,
    Retriever,
    StoredIndexError,
    locate_model,
    verify_index,
)
from index.embedding.encoder_choice import CACHE_VARIABLE
from index.generation.encoders import Encoders
from index.generation.folder import ENCODER, current_id, open_generation
from index.ingest.passages import Splitter
from tests.fakes import THREE, build, count_words, write_files
from tests.tiny import save_tiny_model

QUESTIONS = ("When do ships unload copper?", "Who sleeps beneath the wall?", "lava and ashes")

Fault = Callable[[bytes, random.Random], bytes]


def flip_a_bit(content: bytes, chance: random.Random) -> bytes:
    """Return the content with one bit flipped."""
    place = chance.randrange(len(content))
    return (
        content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
    )


def cut(content: bytes, chance: random.Random) -> bytes:
    """Return less of the content."""
    return content[: chance.randrange(len(content))]


FAULTS: dict[str, Fault] = {"bit flipped": flip_a_bit, "cut": cut}


@dataclass(frozen=True, slots=True)
class Struck:
    """An index with all files that an index may have, and what searches it."""

    index: Path
    encoders: Encoders

    def answers(self) -> list[Hit]:
        """Return the hits of the live generation, with scores and evidence."""
        generation, retriever = open_generation(self.index), Retriever(self.encoders)
        return [
            hit for question in QUESTIONS for hit in retriever.search(Query(question), generation)
        ]


@contextmanager
def whole(folder: Path) -> Iterator[Struck]:
    """Build an index with an encoder, and with the lists that only large indexes have."""
    asides = {f"aside {number}.txt": f"Aside {number} of ash and copper." for number in range(60)}
    documents = write_files(folder / "documents", THREE | asides)
    with (
        patch("index.vectors.inverted_lists.EXACT", 9),
        patch("index.vectors.faiss_index.EXACT", 9),
        patch.dict(os.environ, {CACHE_VARIABLE: str(folder / "cache")}),
    ):
        model = locate_model(str(save_tiny_model(folder / "model")))
        encoders = ModelEncoders(model, "float32", click.echo)
        encoders.choose(
            lambda: list(THREE.values())
        )  # different enough for the check of the encoder
        build(documents, folder / "index", Recipe(model, encoders, count_words, Splitter()))
        yield Struck(folder / "index", encoders)


def corrupt(struck: Struck, times: int, seed: int) -> dict[str, Counter[str]]:
    """Apply each fault to each file so many times; return the outcomes by file.

    "refused": the error names the file, and `verify` finds it. "as before": the answers are the
    same. "another encoder": they are the same, since an equal encoder takes the place of a damaged
    one, and `verify` finds the damage. Anything else fails.
    """
    chance, index = random.Random(seed), struck.index
    right = struck.answers()
    place = index / "generations" / current_id(index)
    found: dict[str, Counter[str]] = {}
    for path in [index / "CURRENT", *(one for one in sorted(place.rglob("*")) if one.is_file())]:
        content = path.read_bytes()
        counts = found[path.relative_to(index).as_posix()] = Counter()
        for name, fault in FAULTS.items():
            for _ in range(times if content else 0):
                harmed = fault(content, chance)
                assert harmed != content
                path.write_bytes(harmed)
                counts[f"{name}: {outcome(struck, path, right)}"] += 1
        path.write_bytes(content)
    assert struck.answers() == right
    return found


def outcome(struck: Struck, path: Path, right: list[Hit]) -> str:
    """Return how an index behaves whose file at `path` was changed."""
    try:
        found = struck.answers()
    except StoredIndexError as refused:
        told = str(refused)
    else:
        assert found == right, f"{path}: another answer"
        if path.parent.name != ENCODER:
            return "as before"
        assert any(str(path) in line for line in verify_index(struck.index)), f"{path}: not found"
        return "another encoder"
    # CURRENT may name a generation that does not exist; the error names that generation
    assert path.name == "CURRENT" or str(path) in told, told
    with suppress(StoredIndexError):  # the command reports it too, with an exit status other than 0
        assert verify_index(struck.index), f"{path}: not found"
    return "refused"


@click.command()
@click.option("--times", default=200, show_default=True, help="Times for each file and fault.")
@click.option("--seed", default=0, show_default=True)
def main(times: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder, whole(Path(folder)) as struck:
        total: Counter[str] = Counter()
        found = corrupt(struck, times, seed)
        for path, counts in found.items():
            click.echo(f"{path} {dict(counts)}")
            total += counts
    click.echo(f"{len(found)} files: {dict(total)}; no other answer and no crash")


if __name__ == "__main__":
    main()
