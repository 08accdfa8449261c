"""Flips bits of every file of a generation, and cuts it; what opens must answer as before.

`python -m tests.faults.corruption --times 200` takes a minute or two.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

import click

from index import Hit, Query, Retriever, StoredIndexError, verify_index
from index.generation import current_id, open_generation
from tests.fakes import THREE, FakeEmbedder, build, write_files

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


@contextmanager
def listing(documents: Path) -> Iterator[Path]:
    """Fill a folder with what makes every file of a generation, and give it.

    Until the end, so few passages are searched in lists as tens of thousands are elsewhere.
    """
    asides = {f"aside {number}.txt": f"Aside {number} of ash and copper." for number in range(60)}
    with patch("index.lists.EXACT", 9), patch("index.vectors.EXACT", 9):
        yield write_files(documents, THREE | asides)


def answers(index: Path) -> list[Hit]:
    """Return what the live generation answers, scores and evidence too."""
    generation, retriever = open_generation(index), Retriever(FakeEmbedder())
    return [hit for question in QUESTIONS for hit in retriever.search(Query(question), generation)]


def corrupt(index: Path, times: int, seed: int) -> dict[str, Counter[str]]:
    """Strike every file so often by each fault; return what became of each, by file.

    "refused" names the file, and `verify` finds it; "as before" gives the same answers; all else is
    an error here.
    """
    chance = random.Random(seed)
    right = answers(index)
    place = index / "generations" / current_id(index)
    found: dict[str, Counter[str]] = {}
    for path in [index / "CURRENT", *(one for one in sorted(place.rglob("*")) if one.is_file())]:
        content = path.read_bytes()
        counts = found[path.relative_to(index).as_posix()] = Counter()
        for name, fault in FAULTS.items():
            for _ in range(times if content else 0):
                struck = fault(content, chance)
                assert struck != content
                path.write_bytes(struck)
                counts[f"{name}: {outcome(index, path, right)}"] += 1
        path.write_bytes(content)
    assert answers(index) == right
    return found


def outcome(index: Path, struck: Path, right: list[Hit]) -> str:
    """Return what became of an index one of whose files was struck."""
    try:
        found = answers(index)
    except StoredIndexError as refused:
        told = str(refused)
    else:
        assert found == right, f"{struck}: another answer"
        return "as before"
    # a pointer to a generation that there is none of: it is that one that is named
    assert struck.name == "CURRENT" or str(struck) in told, told
    with suppress(StoredIndexError):  # as the command says too, with an exit status that is not 0
        assert verify_index(index), f"{struck}: not found"
    return "refused"


@click.command()
@click.option("--times", default=200, show_default=True, help="Times, a file and fault.")
@click.option("--seed", default=0, show_default=True)
def main(times: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder, listing(Path(folder, "documents")) as documents:
        index = Path(folder, "index")
        build(documents, index)
        total: Counter[str] = Counter()
        found = corrupt(index, times, seed)
        for path, counts in found.items():
            click.echo(f"{path} {dict(counts)}")
            total += counts
    click.echo(f"{len(found)} files: {dict(total)}; no other answer and no crash")


if __name__ == "__main__":
    main()
