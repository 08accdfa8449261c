"""The work of `serve` around the server; tests/test_serve.py runs the server itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from index import ModelError, ModelFiles, verify_index
from index.generation.folder import current_id, open_generation
from index.ingest.passages import Splitter
from service.access.key_file import create_key
from service.commands.collaborators import Collaborators
from service.commands.granian_server import count_threads
from service.commands.server import open_app
from service.settings.settings import Settings, load_settings
from tests.conftest import ROOT
from tests.fakes import DIMENSION, OTHER_MODEL, FakeEmbedder, build, recipe
from tests.service.conftest import FakeServer, Run

Serve = Callable[[], str]


def test_the_worker_gets_every_setting_that_is_set(
    run: Run, server: FakeServer, three: Path, index: Path
) -> None:
    outcome = run("serve", "--documents", three, "--index", index)
    assert (outcome.status, outcome.out) == (0, "")
    assert server.loader
    assert server.loader.func is open_app
    unset = {"calibration", "cluster_workers", "engine_authority", "public_url", "reranker"}
    unset |= {"question_prompt", "passage_prompt"}
    assert server.exported == {
        f"PINCITE_{name.upper()}" for name in set(Settings.model_fields) - unset
    }
    assert load_settings() == Settings(documents=three, index=index)


def test_it_says_what_it_does_before_it_does_it(run: Run, three: Path, index: Path) -> None:
    told = run("serve", "--documents", three, "--index", index).err.splitlines()
    assert told[0].startswith("pincite: starting, to serve on 127.0.0.1:")
    assert told[1] == f"pincite: updating the index in {index} from the documents in {three}"


def test_its_first_line_waits_for_neither_the_server_nor_the_index() -> None:
    program = (
        "import sys, service.commands.serving; "
        "print({'flask', 'granian', 'faiss', 'openvino'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_an_address_that_others_reach_is_served_with_keys_or_if_told_to(
    run: Run, server: FakeServer, three: Path, index: Path, tmp_path: Path
) -> None:
    serve = ("serve", "--documents", three, "--index", index, "--host", "0.0.0.0")
    refused = run(*serve)
    assert (refused.status, refused.out, server.loader) == (2, "", None)
    assert "there are no keys in .pincite-keys.json" in refused.err
    assert run(*serve, "--no-auth").status == 0
    assert load_settings().no_auth
    os.environ["PINCITE_NO_AUTH"] = "false"
    create_key(tmp_path / ".pincite-keys.json", "ask", "", [])
    assert run(*serve).status == 0


def test_there_are_threads_for_those_that_work_those_that_wait_and_more() -> None:
    settings = Settings(threads=32, queue=64)
    assert count_threads(settings) > settings.threads + settings.queue


def test_an_index_that_cannot_be_updated_answers_as_it_is(
    run: Run, server: FakeServer, three: Path, index: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for documents in (tmp_path / "gone", tmp_path / "empty"):
        outcome = run("serve", "--documents", documents, "--index", index)
        assert (outcome.status, outcome.out) == (0, "")
        assert f"; until then generation {current_id(index)} answers\n" in outcome.err
        assert "documents" in server.behind["default"]


def test_an_index_without_a_sound_generation_is_rebuilt_first(
    run: Run, three: Path, index: Path
) -> None:
    (index / "generations" / current_id(index) / "vectors.faiss").write_bytes(b"")
    outcome = run("serve", "--documents", three, "--index", index)
    assert (outcome.status, outcome.out) == (0, "")
    assert "vectors.faiss is altered; it is rebuilt from the documents" in outcome.err
    assert verify_index(index) == []


def test_without_an_index_there_must_be_documents(
    run: Run, server: FakeServer, tmp_path: Path
) -> None:
    outcome = run("serve", "--documents", tmp_path / "gone", "--index", tmp_path / "i")
    assert (outcome.status, outcome.out, server.loader) == (2, "", None)


@pytest.mark.usefixtures("server")
def test_a_worker_that_cannot_open_it_says_so_in_one_line(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(settings: object) -> NoReturn:
        raise ModelError("the model\nis gone")

    with pytest.raises(SystemExit) as ended:
        open_app(collaborators=Collaborators(fail))
    assert ended.value.code == 2
    assert capfd.readouterr() == ("", "pincite: the model is gone\n")


@pytest.fixture
def serve_other(run: Run, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Return a function that serves THREE by OTHER_MODEL and gives what was said."""
    monkeypatch.setenv("TESTS_GO", str(tmp_path / "go"))
    (tmp_path / "go").touch()

    def serve() -> str:
        place = ("--documents", three, "--index", tmp_path / "index")
        outcome = run("serve", *place, "--model", OTHER_MODEL.name)
        assert outcome.status == 0
        return outcome.err

    return serve


def test_an_index_of_another_model_is_left_to_answer_and_that_is_said(
    serve_other: Serve, index: Path
) -> None:
    told = serve_other()
    assert "built with the model fake, not other; it answers while it is rebuilt\n" in told
    assert open_generation(index).manifest.model == "fake"


def test_an_index_whose_model_is_not_here_is_built_first_and_that_is_said(
    serve_other: Serve, three: Path, tmp_path: Path
) -> None:
    build(three, tmp_path / "index", recipe(model=ModelFiles("gone", "gone", "2" * 64)))
    assert (
        "pincite: the index was built with the model gone, which is not here: there is no model "
        "gone; it is rebuilt before it answers\n"
    ) in serve_other()
    assert open_generation(tmp_path / "index").manifest.model == "other"


def test_an_index_whose_model_has_other_weights_now_is_built_first(
    serve_other: Serve, three: Path, tmp_path: Path
) -> None:
    build(three, tmp_path / "index", recipe(model=ModelFiles("fake", "fake", "2" * 64)))
    assert (
        "which is not here: the model of this name has other weights; it is rebuilt"
        in serve_other()
    )
    assert open_generation(tmp_path / "index").manifest.model == "other"


def test_an_index_of_another_splitter_is_built_first(
    serve_other: Serve, three: Path, tmp_path: Path
) -> None:
    splitter = Splitter(enough=2, most=4)
    build(three, tmp_path / "index", recipe(FakeEmbedder(DIMENSION // 2), OTHER_MODEL, splitter))
    assert "hold 2 to 4 tokens, not 150 to 200; it is rebuilt first\n" in serve_other()
    assert open_generation(tmp_path / "index").manifest.most_tokens == 200


def test_where_no_collection_can_answer_the_reason_is_said(
    run: Run, server: FakeServer, tmp_path: Path
) -> None:
    table = {"bad": {"documents": str(tmp_path / "gone"), "index": str(tmp_path / "b")}}
    os.environ["PINCITE_COLLECTIONS"] = json.dumps(table)
    outcome = run("serve", "--documents", tmp_path / "gone", "--index", tmp_path / "i")
    assert (outcome.status, server.loader) == (2, None)
    assert "gone does not exist; create it" in outcome.err
