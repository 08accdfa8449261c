"""Connecting to Ray and disconnecting, with its errors translated into ClusterError."""

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
_STORE = 256 << 20  # bytes of memory for rows on their way between processes

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # else it sends usage statistics
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else it warns of a future change
}


@contextmanager
def connected(address: str, workers: int | None, kind: str) -> Iterator[int]:
    """Connect to Ray until the block ends; give the number of workers, by default one a `kind`.

    Raises:
        ClusterError: Ray is not installed, cannot be reached, or has no `kind` (CPU or GPU).
    """
    with redirect_stdout(_WithoutRay(sys.stdout)):
        try:
            with translated(address):
                count = _connect(address, workers, kind)
            yield count
        finally:
            _leave()


class _WithoutRay(StringIO):
    """Standard output without what the threads of Ray print: tracebacks of workers that died.

    The error, if there is one, contains the reason.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, unless a thread of Ray prints it."""
        is_of_ray = current_thread().name.startswith("ray_")
        return len(text) if is_of_ray else self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
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
        with warnings.catch_warnings(action="ignore"):  # Ray warns before it raises
            ray.init(address, logging_level="ERROR", log_to_driver=False)
    count = workers or int(ray.cluster_resources().get(kind, 0))
    if not count:
        raise ClusterError(f"the cluster {address} has no {kind}; add a machine that has")
    return count


def _leave() -> None:
    """Disconnect from Ray, also if the build was stopped while it was starting."""
    if "ray" in sys.modules:
        import ray

        if ray.is_initialized():
            ray.shutdown()


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Raise ClusterError for the errors of Ray, and if Ray is not installed."""
    try:
        import_module("ray.data")
        from ray.exceptions import RayError
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"building on a cluster takes {error.name}; install it in the folder of Pincite's "
            "source with: pip install '.[cluster]'"
        ) from error
    try:
        yield
    except PinciteError:
        raise
    except ConnectionError as error:
        raise ClusterError(
            f"the cluster {address} cannot be reached: {_reason(error)}; check that its port for "
            "clients is open to this machine, and that RAY_AUTH_TOKEN, if it needs one, is right"
        ) from error
    except (RayError, ValueError, RuntimeError) as error:
        raise ClusterError(
            f"the cluster {address} failed: {_reason(error)}; finished vectors are kept for the "
            "next run"
        ) from error


def _reason(error: Exception) -> str:
    """Return the reason from an error of Ray, which repeats the tracebacks of a worker.

    It is the message of an error of index.errors if there is one, else of the first error.
    """
    text = re.sub(r"\x1b\[[\d;]*m", "", str(error))  # without colours
    for kind in (r"index\.errors\.\w+", r"[\w.]*(?:Error|Exception)\S*"):
        if found := re.search(rf"^\s*{kind}: (.+)$", text, re.MULTILINE):
            return str(found[1])[:300]
    return " ".join(text.split())[:300] or type(error).__name__
