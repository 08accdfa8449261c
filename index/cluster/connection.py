"""Reaching Ray and leaving it; what goes wrong there becomes an error of ours."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from threading import current_thread
from typing import TextIO

from index.errors import ClusterError, PinciteError

LOCAL = "local"
_STORE = 256 << 20  # bytes of memory that what is on its way may take

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # or it reports to its makers
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns of what will change
}


@contextmanager
def connected(address: str, workers: int | None, kind: str) -> Iterator[int]:
    """Reach Ray until the block ends; give the number of workers, by default one a `kind`.

    Raises:
        ClusterError: Ray is not installed or not to be reached, or has no `kind` (CPU or GPU).
    """
    with redirect_stdout(_OthersThanRay(sys.stdout)):
        try:
            with translated(address):
                count = _connect(address, workers, kind)
            yield count
        finally:
            _leave()


class _OthersThanRay(StringIO):
    """Standard output for all but the threads of Ray, which print tracebacks of workers that died.

    What matters of them is in the error, if there is one.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, unless it is of Ray."""
        is_of_ray = current_thread().name.startswith("ray_")
        return len(text) if is_of_ray else self._stream.write(text)

    def flush(self) -> None:
        """Flush what was written."""
        self._stream.flush()


def _connect(address: str, workers: int | None, kind: str) -> int:
    os.environ.update(_QUIET)
    import ray

    if address == LOCAL:
        ray.init(
            LOCAL,
            num_cpus=workers or os.cpu_count(),
            object_store_memory=_STORE,
            include_dashboard=False,
            logging_level="ERROR",
            log_to_driver=False,
        )
    else:
        with warnings.catch_warnings(action="ignore"):  # it warns, and raises the same
            ray.init(address, logging_level="ERROR", log_to_driver=False)
    count = workers or int(ray.cluster_resources().get(kind, 0))
    if not count:
        raise ClusterError(f"the cluster {address} has no {kind}; add a machine that has")
    return count


def _leave() -> None:
    """End what was started; whoever stopped a build may have done so half-way."""
    if "ray" in sys.modules:
        import ray

        if ray.is_initialized():
            ray.shutdown()


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Raise ClusterError for what Ray raises, and where it is not installed."""
    try:
        import_module("ray.data")
        from ray.exceptions import RayError
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"building on a cluster takes {error.name}; install it with: "
            "pip install 'pincite[cluster]'"
        ) from error
    try:
        yield
    except PinciteError:
        raise
    except ConnectionError as error:
        raise ClusterError(
            f"the cluster {address} cannot be reached: {_reason(error)}; see that its port for "
            "clients is open to this machine, and that RAY_AUTH_TOKEN, if it asks for one, is its "
            "own"
        ) from error
    except (RayError, ValueError, RuntimeError) as error:
        raise ClusterError(
            f"the cluster {address} failed: {_reason(error)}; what was embedded is kept for the "
            "next run"
        ) from error


def _reason(error: Exception) -> str:
    """Return what went wrong from what Ray tells, which repeats the tracebacks of a worker.

    If an error of ours is among them, it is its message, else that of the first in the list.
    """
    told = re.sub(r"\x1b\[[\d;]*m", "", str(error))  # without the colours of a terminal
    for kind in (r"index\.errors\.\w+", r"[\w.]*(?:Error|Exception)\S*"):
        if found := re.search(rf"^\s*{kind}: (.+)$", told, re.MULTILINE):
            return str(found[1])[:300]
    return " ".join(told.split())[:300] or type(error).__name__
