"""The model that an index names, which may come from a stranger's backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import ModelError
from service.settings.settings import Settings
from service.wiring.models import open_other, open_recipe, open_retriever


def test_a_model_on_a_hub_that_the_settings_do_not_name_is_not_fetched(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index", documents=tmp_path / "documents")
    with pytest.raises(ModelError, match="not fetched from a hub"):
        open_other(settings, open_recipe, open_retriever, "stranger/model")


@pytest.mark.parametrize("place", ["documents/model", "index/model"])
def test_a_model_among_documents_or_in_an_index_is_not_loaded(tmp_path: Path, place: str) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    (folder / "model.safetensors").write_bytes(b"weights")
    settings = Settings(index=tmp_path / "index", documents=tmp_path / "documents")
    with pytest.raises(ModelError, match="folder of documents or of an index"):
        open_other(settings, open_recipe, open_retriever, str(folder))
