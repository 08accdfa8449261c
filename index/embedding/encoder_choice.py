"""Which encoder a new index is built with: the fastest that agrees with the model's own library."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_dir

from index.embedding.agreement import check_agreement
from index.embedding.compiled import CompiledEmbedder, Kind
from index.embedding.embedder import Embedder
from index.embedding.export import export_encoder
from index.embedding.graph import has_bfloat16, has_byte_products
from index.embedding.models import Encoder, ModelFiles
from index.embedding.torch_embedder import HALF_TORCH, TorchEmbedder
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Sample = Callable[[], Sequence[str]]

CACHE_VARIABLE = "PINCITE_CACHE"

_CHAINS: dict[Encoder, tuple[Kind, ...]] = {
    "auto": ("int8", "bf16", "float32"),
    "int8": ("int8", "bf16", "float32"),
    "bf16": ("bf16", "float32"),
    "float32": ("float32",),
    "torch": (),
}
_ENOUGH = 64  # texts; the encoder that fewer calibrate is no good to later, larger corpora
_HELD_OUT = 8  # every eighth text of the sample checks what the others calibrate


def open_embedder(
    model: ModelFiles,
    encoder: Encoder,
    sample: Sample,
    warn: Callable[[str], object],
    device: str = "cpu",
) -> CompiledEmbedder | TorchEmbedder:
    """Open the encoder that was asked for, or the next that works: int8, bf16, float32, torch.

    On another device than the CPU it is torch, for `auto` in float16 where that agrees.

    What the cache lacks is made, for which `sample` gives about 300 texts of the corpus: they
    calibrate int8, and show that the encoder ranks as the model's own library does. `auto` is
    int8 where there are enough of them and the CPU has instructions for it. `warn` is told in one
    line why another encoder was taken than the one asked for.

    Raises:
        ModelError: the model cannot be loaded at all.
    """
    refused: dict[str, list[str]] = {}
    texts = cache(lambda: list(dict.fromkeys(sample())))
    if device == "cpu":
        chosen = _choose(model, encoder, texts, warn, refused)
    else:
        chosen = _choose_on(device, model, encoder, texts, refused)
    if refused:
        why = "; ".join(f"not by {', '.join(kinds)}: {why}" for why, kinds in refused.items())
        warn(f"the model {model.name} is run by {chosen.encoder}, {why}")
    return chosen


def cache_folder() -> Path:
    """Return where encoders are kept, one folder a model and kind."""
    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_dir("pincite")) / "encoders"


def _choose(
    model: ModelFiles,
    encoder: Encoder,
    sample: Sample,
    warn: Callable[[str], object],
    refused: dict[str, list[str]],
) -> CompiledEmbedder | TorchEmbedder:
    reference = TorchEmbedder(model)
    int8_is_slow = encoder == "auto" and not has_byte_products()
    for kind in _CHAINS["bf16" if int8_is_slow else encoder]:
        place = cache_folder() / f"{model.weights_hash}-{kind}"
        unsuited = "this CPU has no bfloat16" if kind == "bf16" and not has_bfloat16() else ""
        if not unsuited:
            with suppress(ModelError):  # not there yet, half-written or altered
                return CompiledEmbedder(place)
            if kind == "int8" and (found := len(sample())) < _ENOUGH:
                unsuited = f"int8 takes {_ENOUGH} texts to calibrate, the corpus has {found}"
        if unsuited:
            if kind == encoder:
                refused[unsuited] = [kind]
            continue
        loaded = reference.model  # not in the try: where this fails, so does torch
        try:
            made = _make(loaded, reference, kind, sample())
        except (ModelError, OSError) as error:
            refused.setdefault(str(error), []).append(kind)
        else:
            return _keep(made, place, warn)
    return reference


def _choose_on(
    device: str,
    model: ModelFiles,
    encoder: Encoder,
    sample: Sample,
    refused: dict[str, list[str]],
) -> TorchEmbedder:
    reference = TorchEmbedder(model, device)
    if encoder != "auto":
        if encoder != "torch":
            refused[f"compiled encoders run on the CPU, not on {device}"] = [encoder]
        return reference
    half = TorchEmbedder(model, device, half=True)
    try:
        check_agreement(half, reference, sample()[::_HELD_OUT])
    except ModelError as error:
        _ = reference.model  # where this fails, it is the model or the device
        refused[str(error)] = [HALF_TORCH]
        return reference
    return half


def _make(
    loaded: SentenceTransformer, reference: Embedder, kind: Kind, sample: Sequence[str]
) -> CompiledEmbedder:
    """Return a new encoder, checked, in a temporary folder that goes when the encoder does."""
    temporary = Path(tempfile.mkdtemp(prefix="pincite-"))
    try:
        folder = temporary / kind  # made as any folder is: mkdtemp's own is closed to others
        folder.mkdir()
        held_out = sample[::_HELD_OUT]
        kept = [text for place, text in enumerate(sample) if place % _HELD_OUT]
        export_encoder(loaded, folder, kind, kept)
        made = CompiledEmbedder(folder)
        check_agreement(made, reference, held_out)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    weakref.finalize(made, shutil.rmtree, temporary, ignore_errors=True)
    return made


def _keep(made: CompiledEmbedder, place: Path, warn: Callable[[str], object]) -> CompiledEmbedder:
    """Copy an encoder into the cache by one rename and open it there, or go on without."""
    staged = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made.folder, staged)
        if place.exists():
            shutil.rmtree(place)
        staged.rename(place)
        return CompiledEmbedder(place)
    except (OSError, ModelError) as error:
        shutil.rmtree(staged, ignore_errors=True)
        warn(
            f"the encoder {made.encoder} cannot be kept in {place.parent} and has to be made again "
            f"each time ({error}); make room there or name another folder in {CACHE_VARIABLE}"
        )
        return made
