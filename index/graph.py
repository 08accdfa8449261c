"""A graph that OpenVINO has compiled for this CPU."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.hub import one_line

if TYPE_CHECKING:
    from openvino import CompiledModel, InferRequest

Outputs = list[NDArray[np.float32]]


class Graph:
    """Runs the graph in a file; any number of threads may use it at once.

    It takes batches of any shape. One text of `alone` tokens is run by a graph compiled again for
    that shape alone, when the first comes, which takes a third less time. `reduced` lets it
    compute in bfloat16 where the CPU can. `threads` are those that compute a batch, as many as
    there are cores if it is None.

    Raises:
        ModelError: OpenVINO is missing.
        RuntimeError: OpenVINO cannot run the graph.
    """

    def __init__(self, path: Path, *, alone: int, reduced: bool, threads: int | None) -> None:
        self._core = load_openvino().Core()
        # LATENCY spreads one batch over all cores, which is as fast in building as two streams are
        # a thread bound to a core waits there while another process has it
        self._hints = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if reduced and has_bfloat16() else "f32",
            "ENABLE_CPU_PINNING": "NO",
        }
        if threads is not None:
            self._hints["INFERENCE_NUM_THREADS"] = str(threads)
        # read once, so that both share what is mapped of the file
        self._model = self._core.read_model(path)
        compiled = self._core.compile_model(self._model, "CPU", self._hints)
        self.inputs = [port.get_any_name() for port in compiled.inputs]
        self.dimension: int = compiled.output(0).get_partial_shape()[-1].get_length()
        self._any = _Requests(compiled)
        self._one: _Requests | None = None
        self._one_shape = [1, alone]
        self._lock = Lock()

    def run(self, tokens: Mapping[str, NDArray[np.int64]]) -> Outputs:
        """Return its outputs in order; `tokens` are of shape (texts, tokens), by its `inputs`."""
        if list(tokens[self.inputs[0]].shape) == self._one_shape:
            return self._compiled_for_one().infer(tokens)
        return self._any.infer(tokens)

    def _compiled_for_one(self) -> _Requests:
        with self._lock:
            if self._one is None:
                self._model.reshape(dict.fromkeys(self.inputs, self._one_shape))
                self._one = _Requests(self._core.compile_model(self._model, "CPU", self._hints))
        return self._one


class _Requests:
    """The requests of a compiled graph, each of which has buffers and runs for one at a time."""

    def __init__(self, compiled: CompiledModel) -> None:
        self._compiled = compiled
        self._idle: deque[InferRequest] = deque()

    def infer(self, tokens: Mapping[str, NDArray[np.int64]]) -> Outputs:
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


def has_bfloat16() -> bool:
    """Say whether OpenVINO is here and computes in bfloat16 on this CPU."""
    try:
        core = load_openvino().Core()
    except ModelError:
        return False
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
