"""Choosing the encoder of a new index: the fastest that agrees with the library of the model."""

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
from index.embedding.graph import THIS_CPU, Cpu
from index.embedding.hub import one_line
from index.embedding.models import Encoder, ModelFiles
from index.embedding.torch_embedder import HALF_TORCH, TorchEmbedder
from index.errors import EncoderStrays, ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Sample = Callable[[], Sequence[str]]
OpenCompiled = Callable[[Path], CompiledEmbedder]  # from its folder
# Arguments: the model, a reference, the kind, and texts of the corpus; see make_encoder.
Make = Callable[["SentenceTransformer", Embedder, Kind, Sequence[str]], CompiledEmbedder]
# Arguments: the model, an empty folder, the kind, and texts of the corpus; see export_encoder.
Export = Callable[["SentenceTransformer", Path, Kind, Sequence[str]], None]
# Arguments: an encoder, a reference, and texts of the corpus; see check_agreement.
Check = Callable[[Embedder, Embedder, Sequence[str]], None]

CACHE_VARIABLE = "PINCITE_CACHE"

_CHAINS: dict[Encoder, tuple[Kind, ...]] = {
    "auto": ("int8", "bf16", "float32"),
    "int8": ("int8", "bf16", "float32"),
    "bf16": ("bf16", "float32"),
    "float32": ("float32",),
    "torch": (),
}
_ENOUGH = 64  # texts; calibrated with fewer, int8 would not suit the corpus once it has grown
_STRAYED = ".strayed"  # the suffix of a file in the cache that says how an encoder strayed
_HELD_OUT = 8  # every eighth text of the sample is for the check, the others calibrate


def make_encoder(
    loaded: SentenceTransformer,
    reference: Embedder,
    kind: Kind,
    sample: Sequence[str],
    *,
    export: Export = export_encoder,
    check: Check = check_agreement,
) -> CompiledEmbedder:
    """Return a new, checked encoder in a temporary folder, which is deleted with the encoder.

    Raises:
        ModelError: it cannot be exported, or does not agree with `reference`.
        OSError: the folder cannot be written.
    """
    temporary = Path(tempfile.mkdtemp(prefix="pincite-"))
    try:
        folder = temporary / kind  # unlike the folder of mkdtemp, readable for others
        folder.mkdir()
        held_out = sample[::_HELD_OUT]
        kept = [text for place, text in enumerate(sample) if place % _HELD_OUT]
        export(loaded, folder, kind, kept)
        made = CompiledEmbedder(folder)
        check(made, reference, held_out)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    weakref.finalize(made, shutil.rmtree, temporary, ignore_errors=True)
    return made


def open_embedder(
    model: ModelFiles,
    encoder: Encoder,
    sample: Sample,
    warn: Callable[[str], object],
    device: str = "cpu",
    *,
    open_compiled: OpenCompiled = CompiledEmbedder,
    make: Make = make_encoder,
    check: Check = check_agreement,
    cpu: Cpu = THIS_CPU,
) -> CompiledEmbedder | TorchEmbedder:
    """Open the requested encoder, or the next that works, of int8, bf16, float32 and torch.

    On other devices than the CPU it is torch; for `auto`, in float16 if that agrees with float32.

    An encoder that is not in the cache is made; for `auto` not one that strayed from the model
    before, since each try takes a minute. `sample` gives about 300 texts of the corpus: they
    calibrate int8, and the check that the encoder agrees with the library of the model uses them.
    `open_compiled` opens one that is in the cache, `make` makes one, and `check` refuses float16 on
    a device. `auto` begins with int8 if that suits `cpu`. `warn` gets one line if another encoder
    is used than the requested one.

    Raises:
        ModelError: the model cannot be loaded at all.
    """
    refused: dict[str, list[str]] = {}
    texts = cache(lambda: list(dict.fromkeys(sample())))
    if device == "cpu":
        chosen = _choose(
            model, encoder, texts, warn, refused, open_compiled=open_compiled, make=make, cpu=cpu
        )
    else:
        chosen = _choose_on(device, model, encoder, texts, refused, check=check)
    if refused:
        why = "; ".join(f"not by {', '.join(kinds)}: {why}" for why, kinds in refused.items())
        warn(f"the model {model.name} is run by {chosen.encoder}, {why}")
    return chosen


def cache_folder() -> Path:
    """Return the folder of cached encoders, which has one folder for each model and kind."""
    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_dir("pincite")) / "encoders"


def _choose(
    model: ModelFiles,
    encoder: Encoder,
    sample: Sample,
    warn: Callable[[str], object],
    refused: dict[str, list[str]],
    *,
    open_compiled: OpenCompiled,
    make: Make,
    cpu: Cpu,
) -> CompiledEmbedder | TorchEmbedder:
    reference = TorchEmbedder(model)
    passes_int8 = encoder == "auto" and not cpu.suits_int8()
    for kind in _CHAINS["bf16" if passes_int8 else encoder]:
        place = cache_folder() / f"{model.weights_hash}-{kind}"
        unsuited = "this CPU has no bfloat16" if kind == "bf16" and not cpu.has_bfloat16() else ""
        if not unsuited:
            with suppress(ModelError):  # missing, incomplete or altered
                return open_compiled(place)
            if kind == "int8" and (found := len(sample())) < _ENOUGH:
                unsuited = f"int8 takes {_ENOUGH} texts to calibrate, the corpus has {found}"
            if kind != encoder and (strayed := _strayed(place)):
                refused.setdefault(strayed, []).append(kind)
                continue
        if unsuited:
            if kind == encoder:
                refused[unsuited] = [kind]
            continue
        loaded = reference.model  # not in the try: if this fails, torch fails too
        try:
            made = make(loaded, reference, kind, sample())
        except (ModelError, OSError) as error:
            refused.setdefault(one_line(error), []).append(kind)
            if isinstance(error, EncoderStrays):
                _remember(place, one_line(error))
        else:
            return _keep(made, place, warn)
    return reference


def _choose_on(
    device: str,
    model: ModelFiles,
    encoder: Encoder,
    sample: Sample,
    refused: dict[str, list[str]],
    *,
    check: Check,
) -> TorchEmbedder:
    reference = TorchEmbedder(model, device)
    if encoder != "auto":
        if encoder != "torch":
            refused[f"compiled encoders run on the CPU, not on {device}"] = [encoder]
        return reference
    half = TorchEmbedder(model, device, half=True)
    try:
        check(half, reference, sample()[::_HELD_OUT])
    except ModelError as error:
        _ = reference.model  # if this fails too, the model or the device is the reason
        refused[str(error)] = [HALF_TORCH]
        return reference
    return half


def _strayed(place: Path) -> str:
    """Return how an encoder strayed that was made for a place in the cache, "" if none did."""
    try:
        return place.with_suffix(_STRAYED).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _remember(place: Path, reason: str) -> None:
    with suppress(OSError):  # then it is tried again
        place.parent.mkdir(parents=True, exist_ok=True)
        place.with_suffix(_STRAYED).write_text(reason, encoding="utf-8")


def _keep(made: CompiledEmbedder, place: Path, warn: Callable[[str], object]) -> CompiledEmbedder:
    """Copy an encoder into the cache, by one rename, and open it there; warn if that fails."""
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
            f"each time: {one_line(error)}; free disk space or name another folder in "
            f"{CACHE_VARIABLE}"
        )
        return made
