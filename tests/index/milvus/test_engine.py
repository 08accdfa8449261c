"""Publishing in Milvus, and the errors when it cannot be reached or used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import (
    EngineRefused,
    EngineUnavailable,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    Layout,
    LiveIndex,
    MilvusEngine,
    ModelEncoders,
    ModelFiles,
    Query,
    Recipe,
    Retriever,
    locate_model,
    parse_address,
)
from index.generation.folder import open_generation
from index.milvus import records, writing
from index.milvus.connection import Connection, Row
from tests.fakes import MODEL, OTHER_MODEL, THREE, FakeEmbedder, build, count_words, write_files
from tests.index.generation.clock import set_back_clock
from tests.milvus import needs_milvus, open_lite, publish, serving
from tests.server import free_port
from tests.tiny import save_tiny_model

pytestmark = [needs_milvus, pytest.mark.system]


def paths(live: LiveIndex, question: str) -> list[str]:
    hits = Retriever(FakeEmbedder()).search(Query(question), live.generation)
    return [hit.source.path for hit in hits]


def test_nothing_is_there_before_something_is_published(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="pincite index --engine"):
        open_lite(tmp_path).current_id()


def test_the_same_generation_is_copied_once(three: Path, tmp_path: Path) -> None:
    engine, index = open_lite(tmp_path), tmp_path / "index"
    publish(engine, index, build(three, index))
    told: list[int] = []
    engine.publish(open_generation(index), build(three, index), lambda done, _: told.append(done))
    assert not told
    assert engine.current_id() == open_generation(index).id
    report = engine.report()
    assert report
    assert not report.published


def test_a_copy_that_is_stopped_changes_nothing_and_can_be_made_again(
    three: Path, tmp_path: Path
) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    engine, index = open_lite(tmp_path), tmp_path / "index"
    publish(engine, index, build(three, index))
    live = LiveIndex(engine, MODEL)
    write_files(three, {"new.txt": "A comet passed."})
    report = build(three, index)
    with pytest.raises(Stopped):
        engine.publish(open_generation(index), report, stop)
    assert not live.refresh()
    assert "new.txt" not in paths(live, "comet")
    publish(engine, index, report)
    assert live.refresh()
    assert paths(live, "comet")[0] == "new.txt"
    passages = live.generation.manifest.passages
    found = live.generation.passages.nearest(FakeEmbedder().embed_questions(["a"])[0], 100, None)
    assert sorted(found.tolist()) == list(range(passages))


def test_a_copy_that_is_stopped_goes_on_where_it_was(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_AT_ONCE", 1)
    monkeypatch.setattr(records, "_AT_ONCE", 8)
    index = tmp_path / "index"
    report = build(three, index)
    (tmp_path / "whole").mkdir()
    whole = open_lite(tmp_path / "whole")
    publish(whole, index, report)
    upsert, written, left = Connection.upsert, list[object](), 0

    def fail_when_due(self: Connection, collection: str, rows: Sequence[Row]) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise EngineUnavailable("Milvus was stopped here")
        upsert(self, collection, rows)
        keys = [row.get("ordinal", row.get("key")) for row in rows]
        written.extend(key for key in keys if not str(key).startswith("done:"))

    monkeypatch.setattr(Connection, "upsert", fail_when_due)
    engine, stops = open_lite(tmp_path), (2, 4, 5, 8)
    for due in stops:
        left = due
        with pytest.raises(EngineUnavailable, match="was stopped here"):
            publish(engine, index, report)
    publish(engine, index, report)
    again = [key for key in set(written) if written.count(key) > 1]
    assert len(again) <= len(stops) * 8  # a batch each, at the most
    assert len(set(written)) > 50
    mine, theirs = (one.open(one.current_id()) for one in (engine, whole))
    everything = np.arange(mine.manifest.passages)
    ours, others = mine.passages.read(everything), theirs.passages.read(everything)
    assert np.array_equal(ours.vectors, others.vectors)
    assert np.array_equal(ours.sentences, others.sentences)
    assert mine.passages.frequencies(["lava", "copper", "the"]) == theirs.passages.frequencies(
        ["lava", "copper", "the"]
    )
    assert mine.catalog.paths() == theirs.catalog.paths()
    assert mine.catalog.passages(everything.tolist()) == theirs.catalog.passages(
        everything.tolist()
    )


def test_rows_that_a_server_lost_while_a_copy_was_stopped_are_written_by_the_next(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, index = open_lite(tmp_path), tmp_path / "index"
    report = build(three, index)
    count = Connection.count
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "count", lambda self, name: count(self, name) - 1)
        with pytest.raises(EngineUnavailable, match=r"holds \d+ of \d+ rows .* run pincite index"):
            publish(engine, index, report)
    with pytest.raises(IndexMissing):
        engine.current_id()
    publish(engine, index, report)
    assert paths(LiveIndex(engine, MODEL), "lava")[0] == "volcano.md"


def test_what_was_replaced_is_read_until_its_grace_is_over(three: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    for grace, still_there in ((600.0, True), (0.0, False)):
        engine = open_lite(tmp_path, grace=grace)
        publish(engine, index, build(three, index))
        first = engine.current_id()
        write_files(three, {f"{grace}.txt": "A comet passed."})
        publish(engine, index, build(three, index))
        publish(engine, index, build(three, index))
        if still_there:
            assert engine.open(first).manifest.documents
        else:
            with pytest.raises(IndexMissing):
                engine.open(first)
        assert engine.open(engine.current_id())


def test_with_the_clock_set_back_generations_keep_their_order_and_the_older_is_dropped(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    engine = open_lite(tmp_path, grace=600.0)
    publish(engine, index, build(three, index))
    first = engine.current_id()
    set_back_clock(monkeypatch)
    write_files(three, {"new.txt": "A comet passed."})
    publish(engine, index, build(three, index))
    second = engine.current_id()
    assert second < first, "the name looks older"
    assert engine.ids() == [first, second]
    publish(open_lite(tmp_path, grace=0.0), index, build(three, index))
    assert engine.ids() == [second]


def test_a_document_that_states_more_than_milvus_takes_is_named(tmp_path: Path) -> None:
    authors = ", ".join(f"Author number {number:05}" for number in range(2000))
    files = {"many.md": f"---\nauthors: [{authors}]\n---\n\nCopper.\n"}
    report = build(write_files(tmp_path / "d", files), tmp_path / "index")
    with pytest.raises(EngineRefused, match=r"the metadata of many\.md takes \d+ bytes"):
        publish(open_lite(tmp_path), tmp_path / "index", report)


@pytest.mark.parametrize(
    "layout",
    [
        Layout("IVF_SQ8", {"nlist": 2}, {"nprobe": 1}),
        Layout("HNSW_SQ", {"M": 8, "efConstruction": 64}, {"ef": 128}, shards=2),
    ],
    ids=lambda layout: str(layout.index_type),
)
def test_vectors_are_kept_and_searched_as_the_layout_says_whoever_reads_them(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: Layout
) -> None:
    created, searched = (
        note_calls(monkeypatch, "create_collection"),
        note_calls(monkeypatch, "search"),
    )
    publish(
        open_lite(tmp_path, layout=layout), tmp_path / "index", build(three, tmp_path / "index")
    )
    assert [one["num_shards"] for one in created] == [layout.shards, 1]
    [vectors, *_] = created[0]["index_params"]
    wanted = {"index_type": layout.index_type, "metric_type": "IP", **layout.build}
    assert vectors.get_index_configs() == wanted
    live = LiveIndex(open_lite(tmp_path), MODEL)
    assert paths(live, "lava")[0] == "volcano.md"
    asked = [one["search_params"] for one in searched]
    assert asked == [
        {"params": layout.search} if "vector" in one["anns_field"] else {} for one in searched
    ]
    assert {"params": layout.search} in asked


def note_calls(monkeypatch: pytest.MonkeyPatch, name: str) -> list[dict[str, Any]]:
    """Return the named arguments of the calls to come of pymilvus' client."""
    from pymilvus import MilvusClient

    seen: list[dict[str, Any]] = []
    real = getattr(MilvusClient, name)

    def call(*arguments: object, **named: Any) -> object:
        seen.append(dict(named))
        return real(*arguments, **named)

    monkeypatch.setattr(MilvusClient, name, call)
    return seen


def test_an_index_that_milvus_does_not_know_is_told(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lite accepts any name; Milvus has this code for names that it refuses."""
    from pymilvus import MilvusClient, MilvusException

    def refuse(*arguments: object, **named: object) -> None:
        raise MilvusException(1100, "invalid index type: NO_SUCH")

    monkeypatch.setattr(MilvusClient, "create_collection", refuse)
    engine = open_lite(tmp_path, layout=Layout("NO_SUCH"))
    with pytest.raises(EngineRefused, match=r"invalid index type: NO_SUCH; .* engine_layout"):
        publish(engine, tmp_path / "index", build(three, tmp_path / "index"))


def test_other_indexes_of_the_same_cluster_are_left_alone(three: Path, tmp_path: Path) -> None:
    report = build(three, tmp_path / "index")
    names = ("pincite", "pincite_2x", "pincite_notes")
    engines = [open_lite(tmp_path, alias=name, grace=0) for name in names]
    for engine in engines:
        publish(engine, tmp_path / "index", report)
    engines[0].remove()
    with pytest.raises(IndexMissing):
        engines[0].current_id()
    for engine in engines[1:]:
        assert engine.open(engine.current_id()).manifest.documents == 3


def test_vectors_of_another_model_are_refused(three: Path, tmp_path: Path) -> None:
    engine = open_lite(tmp_path)
    publish(engine, tmp_path / "index", build(three, tmp_path / "index"))
    with pytest.raises(IndexMismatch, match=r"Milvus at .*engine\.db was built with the model"):
        LiveIndex(engine, OTHER_MODEL)


def test_a_server_that_goes_down_is_an_error_and_is_asked_again_when_it_is_back(
    three: Path, tmp_path: Path
) -> None:
    port = free_port()
    address = parse_address(f"milvus+http://127.0.0.1:{port}", seconds=3)
    engine = MilvusEngine(address, "pincite", cache=tmp_path / "cache")
    with pytest.raises(EngineUnavailable, match=f"127.0.0.1:{port} does not answer now"):
        engine.current_id()
    with serving(tmp_path / "server", port):
        publish(engine, tmp_path / "index", build(three, tmp_path / "index"))
        live = LiveIndex(engine, MODEL)
        assert paths(live, "lava")[0] == "volcano.md"
    with pytest.raises(EngineUnavailable):
        paths(live, "copper")
    with pytest.raises(EngineUnavailable):
        live.refresh()
    with serving(tmp_path / "server", port):
        assert paths(live, "copper")[0] == "harbour.md"
        assert not live.refresh()


def test_readers_fetch_the_encoder_once_and_refuse_one_that_was_altered(tmp_path: Path) -> None:
    model = locate_model(str(save_tiny_model(tmp_path / "model")))
    assert isinstance(model, ModelFiles)
    encoders = ModelEncoders(model, "float32", print)
    recipe = Recipe(model, encoders, count_words)
    report = build(write_files(tmp_path / "d", THREE), tmp_path / "index", recipe)
    stored, engine = open_generation(tmp_path / "index"), open_lite(tmp_path)
    publish(engine, tmp_path / "index", report)
    generation = engine.open(stored.id)
    assert generation.folder.parent == tmp_path / "cache"
    files = {name: digest for name, digest in stored.manifest.files.items() if "encoder/" in name}
    assert files
    for name in files:
        assert (generation.folder / name).read_bytes() == (stored.folder / name).read_bytes()
    fresh = ModelEncoders(model, "float32", print).reopen(generation)
    asked = ["what of copper"]
    assert (fresh.embed_questions(asked) == encoders.reopen(stored).embed_questions(asked)).all()
    assert engine.open(stored.id).folder == generation.folder

    altered = stored.manifest.model_copy(update={"files": dict.fromkeys(files, "0" * 64)})
    engine.remove()
    publish_one = replace(stored, manifest=altered)
    engine.publish(publish_one, report, lambda done, total: None)
    with pytest.raises(IndexDamaged, match="does not match its manifest"):
        engine.open(stored.id)
