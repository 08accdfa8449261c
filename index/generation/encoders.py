"""The encoders of a model: one for a new index, and the one that an index was built with."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from index.embedding.compiled import DESCRIPTION, CompiledEmbedder, Kind, description_text
from index.embedding.embedder import Embedder
from index.embedding.encoder_choice import Make, Sample, make_encoder, open_embedder
from index.embedding.inputs import passage_input
from index.embedding.models import Encoder, ModelFiles
from index.embedding.torch_embedder import HALF_TORCH, TorchEmbedder
from index.generation.engine import Generation
from index.generation.folder import ENCODER
from index.generation.manifest import Manifest

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_MOST_OPEN = 4  # encoders; each takes the memory of a model
_SAMPLE = 300  # about how many passages calibrate and check an encoder that is made again


class Encoders(Protocol):
    """Gives the encoder for a new index, and the encoder that an index was built with."""

    def choose(self, sample: Sample) -> Embedder:
        """Return the encoder for a new index; `sample` gives texts of the corpus."""
        ...

    def reopen(self, generation: Generation) -> Embedder:
        """Return the encoder that made the vectors of a generation."""
        ...


def stored_embedder(
    model: ModelFiles,
    encoder: str,
    folder: Path,
    device: str = "cpu",
    threads: int | None = None,
) -> CompiledEmbedder | TorchEmbedder:
    """Open the encoder that an index was built with, by its name and its folder in the index.

    `device` is for encoders that torch runs; compiled ones run on the CPU, with `threads` threads.

    Raises:
        ModelError: it cannot be opened on this machine.
    """
    if encoder in {"torch", HALF_TORCH}:
        return TorchEmbedder(model, device, half=encoder == HALF_TORCH)
    return CompiledEmbedder(folder, threads)


# Opens the encoder of an index, by its model, its name, its folder and the device.
OpenStored = Callable[[ModelFiles, str, Path, str], Embedder]


class ModelEncoders:
    """The encoders of one model on one device.

    `wanted` is the encoder that the settings name; `warn` gets a line if another is used, `tell`
    one before an encoder is made, which takes a while. `open_stored` opens the encoder of an index.
    """

    def __init__(
        self,
        model: ModelFiles,
        wanted: Encoder,
        warn: Callable[[str], object],
        device: str = "cpu",
        *,
        tell: Callable[[str], object] | None = None,
        open_stored: OpenStored = stored_embedder,
    ) -> None:
        self._model = model
        self._wanted = wanted
        self._device = device
        self._warn = warn
        self._make = make_encoder if tell is None else _announced(model, tell)
        self._open_stored = open_stored
        self._lock = threading.Lock()
        self._opened: dict[str, Embedder] = {}
        self._cached: dict[Path, CompiledEmbedder] = {}  # by folder

    def choose(self, sample: Sample) -> Embedder:
        """Return the encoder that was asked for, or the next that works; see open_embedder.

        One in the cache is opened once for all builds, which may have threads of their own.
        """
        return open_embedder(
            self._model,
            self._wanted,
            sample,
            self._warn,
            self._device,
            open_compiled=self._open_cached,
            make=self._make,
        )

    def _open_cached(self, folder: Path) -> CompiledEmbedder:
        with self._lock:
            if folder not in self._cached:
                self._cached[folder] = CompiledEmbedder(folder)
            return self._cached[folder]

    def reopen(self, generation: Generation) -> Embedder:
        """Return the encoder of a generation, opening it unless an equal one is open.

        If its files are damaged, an equal one is taken from the cache, or one is made again from
        the model, and a warning says so. The last few encoders stay open, since collections may
        have different ones.

        Raises:
            ModelError: it cannot be opened on this machine.
        """
        identity = _recorded_name(generation.manifest)
        if generation.damage:  # what takes its place may differ from it
            identity += str(generation.folder)
        with self._lock:  # other threads wait while it is opened
            embedder = self._opened.pop(identity, None) or self._open(generation)
            self._opened[identity] = embedder
            if len(self._opened) > _MOST_OPEN:
                del self._opened[next(iter(self._opened))]
            return embedder

    def _open(self, generation: Generation) -> Embedder:
        if generation.damage:
            return self._make_again(generation)
        place = generation.folder / ENCODER
        embedder = self._open_stored(self._model, generation.manifest.encoder, place, self._device)
        if embedder.device != self._device:
            self._warn(
                f"the index was built by {embedder.encoder}, which runs on the CPU; the "
                f"device {self._device} is used after: pincite index --rebuild"
            )
        return embedder

    def _make_again(self, generation: Generation) -> Embedder:
        kind = cast("Encoder", generation.manifest.encoder)  # only compiled encoders have files
        passages = generation.manifest.passages
        step = max(1, passages // _SAMPLE)

        def sample() -> list[str]:
            found = generation.catalog.passages(range(0, passages, step))
            return [passage_input(passage, source.metadata) for passage, source in found]

        embedder = open_embedder(self._model, kind, sample, self._warn, make=self._make)
        kinship = "an equal" if is_encoder_of(embedder, generation.manifest) else "another"
        self._warn(f"{generation.damage}; {kinship} encoder of the model takes its place")
        return embedder


def _announced(model: ModelFiles, tell: Callable[[str], object]) -> Make:
    """Return make_encoder, with a line before it begins."""

    def make(
        loaded: SentenceTransformer, reference: Embedder, kind: Kind, sample: Sequence[str]
    ) -> CompiledEmbedder:
        tell(f"compiling the model {model.name} for this processor as {kind}, once")
        return make_encoder(loaded, reference, kind, sample)

    return make


def is_encoder_of(embedder: Embedder, manifest: Manifest) -> bool:
    """Return whether an encoder made the vectors of a generation, or is equal to the one that did.

    It may not be if the files of the generation's encoder were damaged.
    """
    name = embedder.encoder
    if isinstance(embedder, CompiledEmbedder):
        name = hashlib.sha256(description_text(embedder.description).encode()).hexdigest()
    return name == _recorded_name(manifest)


def _recorded_name(manifest: Manifest) -> str:
    """Return the hash of the description of a generation's encoder, or the encoder's own name."""
    return manifest.files.get(f"{ENCODER}/{DESCRIPTION}", manifest.encoder)


def identify_encoder(embedder: Embedder, model: ModelFiles) -> str:
    """Return an id of an encoder; two encoders may share an index if and only if ids are equal."""
    encoder = embedder.encoder
    if isinstance(embedder, CompiledEmbedder):
        encoder = embedder.description.model_dump_json()
    return hashlib.sha256(f"{model.weights_hash} {encoder}".encode()).hexdigest()[:32]


def copy_encoder(folder: Path, target: Path) -> None:
    """Copy an encoder into the new folder `target`.

    Hard links would save space, but then one damaged block would damage every generation.
    """
    target.mkdir()
    for path in folder.iterdir():
        shutil.copyfile(path, target / path.name)
