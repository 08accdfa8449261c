from __future__ import annotations

import pytest

from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import build, write_files
from tests.index.ranking.towns import SHORT, TOWNS


@pytest.fixture(scope="package")
def towns(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("towns")
    build(write_files(folder / "documents", TOWNS), folder / "index")
    return open_generation(folder / "index")


@pytest.fixture(scope="package")
def short(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("short")
    build(write_files(folder / "documents", SHORT), folder / "index")
    return open_generation(folder / "index")
