"""Several collections are brought up to date at once, and each costs itself only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path

import httpx
import pytest

from index import IndexFolder
from index.embedding.spans import Spans
from service.commands.builder import Builder
from service.commands.preparing_collections import StartBuilder, prepare_all
from service.indexing.preparation import Step
from service.settings.settings import Settings, load_settings
from service.wiring.models import OpenRecipe
from tests.fakes import THREE, FakeEmbedder, build, recipe, write_files
from tests.server import running
from tests.waiting import becomes

DEADLY = "Whoever embeds this text dies."
# Before `pincite`: whoever embeds a slow text waits for a file.
SLOW = """
import os, time
from pathlib import Path
from tests.fakes import FakeEmbedder
plain = FakeEmbedder.embed
def embed(self, texts, spans=()):
    while any("slow" in text for text in texts) and not Path(os.environ["TESTS_GO"]).exists():
        time.sleep(0.05)
    return plain(self, texts, spans)
FakeEmbedder.embed = embed
"""


class Deadly(FakeEmbedder):
    """Kills its process where a text is deadly."""

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> object:  # type: ignore[override]
        if any(DEADLY in text for text in texts):
            os.kill(os.getpid(), 9)
        return super().embed(texts, spans)


def collections(folder: Path, texts: dict[str, str]) -> Settings:
    """Return settings with a collection for each text, which its only document holds."""
    for name, text in texts.items():
        write_files(folder / name, {"a.txt": text} if text else {})
        (folder / name).mkdir(exist_ok=True)
    default, *others = texts
    table = {one: {"documents": folder / one, "index": folder / f"{one}-i"} for one in others}
    return load_settings(
        documents=folder / default, index=folder / f"{default}-i", collections=table
    )


class StartsAndCounts:
    """Starts builders, and counts them."""

    def __init__(self) -> None:
        self.started = 0

    def __call__(self, settings: Settings, recipe_of: OpenRecipe) -> Builder:
        self.started += 1
        return Builder(settings, recipe_of)


def prepared(
    settings: Settings,
    embedder: FakeEmbedder | None = None,
    start_builder: StartBuilder = Builder,
) -> list[Step]:
    receiving, sending = Pipe(duplex=False)
    with sending:
        prepare_all(settings, lambda _: recipe(embedder), sending, start_builder=start_builder)
    steps = []
    with suppress(EOFError):
        while True:
            steps.append(receiving.recv())
    return steps


def test_two_processes_build_all_and_each_collection_says_what_became_of_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = collections(tmp_path, {name: f"Town {name} is old." for name in "abcdef"})
    builders = StartsAndCounts()
    steps = prepared(settings, start_builder=builders)
    assert builders.started == 2
    assert [step.name for step in steps if step.kind == "begun"] == list(settings.names())
    assert {step.name for step in steps if step.kind == "ready"} == set(settings.names())
    told = capfd.readouterr().err
    for name in settings.names():
        assert f"pincite: {name} is up to date (" in told
        assert IndexFolder(settings.collection(name).index).ids()


def test_a_collection_without_a_readable_file_stops_no_other(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = collections(tmp_path, {"a": "Town a is old.", "b": "", "c": "Town c is old."})
    ended = {step.name: step for step in prepared(settings) if step.is_last}
    assert {name: step.kind for name, step in ended.items()} == {
        "default": "ready", "b": "missing", "c": "ready",
    }  # fmt: skip
    assert "documents folder is empty" in ended["b"].failure
    assert "; until then it cannot be asked (" in capfd.readouterr().err


def test_a_collection_that_lost_its_folder_answers_from_its_last_generation(
    tmp_path: Path,
) -> None:
    settings = collections(tmp_path, {"a": "Town a is old.", "b": "Town b is old."})
    prepared(settings)
    (tmp_path / "b").rename(tmp_path / "elsewhere")
    [behind] = [step for step in prepared(settings) if step.name == "b" and step.is_last]
    assert (behind.kind, behind.answers) == ("behind", True)


def test_an_index_of_other_documents_is_refused_and_the_others_answer(tmp_path: Path) -> None:
    settings = collections(tmp_path, {"a": "Town a is old.", "b": "Town b is old."})
    build(write_files(tmp_path / "other", THREE), tmp_path / "b-i")
    ended = {step.name: step.kind for step in prepared(settings) if step.is_last}
    assert ended == {"default": "ready", "b": "refused"}


def test_a_collection_that_kills_its_builder_costs_itself_only(
    tmp_path: Path,
) -> None:
    texts = {"a": "Town a is old.", "b": DEADLY, "c": "Town c.", "d": "Town d.", "e": "Town e."}
    builders = StartsAndCounts()
    steps = prepared(collections(tmp_path, texts), Deadly(), builders)
    ended = {step.name: step for step in steps if step.is_last}
    assert ended["b"].failure == "the process that indexed it ended with status -9"
    assert [step.kind for step in ended.values() if step.name != "b"] == ["ready"] * 4
    assert builders.started <= 3


@pytest.mark.system
def test_the_first_collection_answers_before_the_last_is_built(tmp_path: Path) -> None:
    settings = collections(
        tmp_path, {"documents": "Orrin is a volcano.", "b": "Bees hum.", "c": "", "d": "slow"}
    )
    tables = (
        f'[collections.{name}]\ndocuments = "{own.documents}"\nindex = "{own.index}"\n'
        for name, own in settings.collections.items()
    )
    write_files(tmp_path, {"pincite.toml": "".join(tables)})
    go = {"TESTS_GO": str(tmp_path / "go")}
    with (
        running(tmp_path, "--watch", first=SLOW, settings=go, ready=False) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):

        def answers(name: str) -> bool:
            try:
                return client.get(f"/collections/{name}/ask?q=old").status_code == 200
            except httpx.TransportError:
                return False

        assert becomes(lambda: answers("default"))
        assert becomes(lambda: answers("b"))
        response = client.get("/readyz")
        state = response.json()
        assert (response.status_code, state["status"]) == (503, "starting")
        assert list(state["building"]) == ["d"]
        assert (
            "the collection d is not indexed yet: " in client.get("/collections/d/ask?q=old").text
        )
        (tmp_path / "go").touch()
        assert becomes(lambda: answers("d"))
        assert becomes(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/readyz").json()["building"] == {}
        assert not answers("c")
        assert client.get("/readyz").json()["detail"].startswith("c: ")
        write_files(tmp_path / "c", {"late.txt": "A comet passed."})
        assert becomes(lambda: answers("c"))
    assert "1 of 4 collections" in service.output
