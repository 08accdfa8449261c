from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import IndexDamaged, IndexMismatch, IndexOutdated
from index.generation.folder import open_generation
from index.generation.manifest import (
    FORMAT,
    NAME,
    Manifest,
    read_manifest,
    write_manifest,
)
from tests.fakes import DIMENSION, MODEL, THREE, write_files


@pytest.fixture
def manifest(index: Path) -> Manifest:
    return open_generation(index).manifest


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path, manifest: Manifest) -> None:
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_a_manifest_says_how_the_index_was_built(manifest: Manifest) -> None:
    assert (manifest.format, manifest.model, manifest.weights_hash) == (
        FORMAT, MODEL.name, MODEL.weights_hash,
    )  # fmt: skip
    assert (manifest.dimension, manifest.documents) == (DIMENSION, len(THREE))
    assert (manifest.enough_tokens, manifest.most_tokens) == (150, 200)


def test_a_missing_manifest_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match=rf"{NAME} is missing"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", f'{{"format": {FORMAT}}}', "\x00"])
def test_what_is_no_manifest_is_damage(tmp_path: Path, content: str) -> None:
    write_files(tmp_path, {NAME: content})
    with pytest.raises(IndexDamaged, match=rf"{NAME} is not a manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("more", [{}, {"a_key_of_that_format": 1}])
def test_another_format_is_a_mismatch_that_says_which(
    tmp_path: Path, manifest: Manifest, more: dict[str, int]
) -> None:
    later = json.loads(manifest.model_dump_json()) | {"format": FORMAT + 1} | more
    write_files(tmp_path, {NAME: json.dumps(later)})
    with pytest.raises(IndexMismatch, match=rf"format {FORMAT + 1}.* {FORMAT}.*--rebuild"):
        read_manifest(tmp_path)
    write_files(tmp_path, {NAME: json.dumps(later | {"format": FORMAT - 1})})
    with pytest.raises(IndexOutdated, match=rf"format {FORMAT - 1}.* {FORMAT}"):
        read_manifest(tmp_path)


def test_a_manifest_that_says_something_else_than_was_written_is_damage(
    tmp_path: Path, manifest: Manifest
) -> None:
    write_manifest(tmp_path, manifest)
    text = (tmp_path / NAME).read_text()
    write_files(tmp_path, {NAME: text.replace('"documents": 3', '"documents": 4')})
    with pytest.raises(IndexDamaged, match=rf"{NAME} is altered"):
        read_manifest(tmp_path)
