"""A graph that OpenVINO has compiled for this CPU."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedding.hub import one_line
from index.errors import ModelError

if TYPE_CHECKING:
    from openvino import CompiledModel, InferRequest

_BYTE_PRODUCTS = {"avx512_vnni", "avx_vnni", "amx_int8", "asimddp"}  # as Linux names them


class Graph:
    """Runs the graph in a file; any number of threads may use it at once.

    `reduced` lets it compute in bfloat16 where the CPU can. `threads` are those that compute a
    batch, as many as there are cores if it is None.

    Raises:
        ModelError: OpenVINO is missing.
        RuntimeError: OpenVINO cannot run the graph.
    """

    def __init__(self, path: Path, *, reduced: bool, threads: int | None) -> None:
        # LATENCY spreads one batch over all cores, which is as fast in building as two streams are
        # a thread bound to a core waits there while another process has it
        hints = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if reduced and has_bfloat16() else "f32",
            "ENABLE_CPU_PINNING": "NO",
        }
        if threads is not None:
            hints["INFERENCE_NUM_THREADS"] = str(threads)
        self._compiled: CompiledModel = load_openvino().Core().compile_model(path, "CPU", hints)
        self.inputs = [port.get_any_name() for port in self._compiled.inputs]
        self.dimension: int = self._compiled.output(0).get_partial_shape()[-1].get_length()
        self._idle: deque[InferRequest] = deque()  # each has buffers, and runs for one at a time

    def run(self, tokens: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """Return its outputs in order; `tokens` are of shape (texts, tokens), by its `inputs`."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        outputs = list(request.infer(tokens, share_inputs=True).values())
        self._idle.append(request)
        return outputs


def load_openvino() -> ModuleType:
    """Import OpenVINO with its reports to Google Analytics switched off.

    Raises:
        ModelError: it is not installed, or not for this machine.
    """
    # openvino and nncf fall back to their own stubs when this package lacks what they ask for
    sys.modules.setdefault("openvino_telemetry", ModuleType("openvino_telemetry"))
    try:
        return import_module("openvino")
    except (ImportError, OSError) as error:
        raise ModelError(
            f"OpenVINO cannot be imported ({one_line(error)}); run: pip install openvino nncf"
        ) from error


def has_byte_products() -> bool:
    """Say whether this CPU sums products of 8-bit integers in one instruction, as VNNI does.

    Where Linux does not tell, it is taken to: most that were made since 2020 do.
    """
    try:
        named = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return not _BYTE_PRODUCTS.isdisjoint(named.split())


def has_bfloat16() -> bool:
    """Say whether OpenVINO is here and computes in bfloat16 on this CPU."""
    try:
        core = load_openvino().Core()
    except ModelError:
        return False
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
