"""Reaching Ray and leaving it; what goes wrong there becomes an error of ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module

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
    # Ray tells of workers that died on standard output, which is for what a command gives
    with redirect_stdout(sys.stderr):
        try:
            with translated(address):
                count = _connect(address, workers, kind)
            yield count
        finally:
            _leave()


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
    except (RayError, ConnectionError, ValueError, RuntimeError) as error:
        raise ClusterError(
            f"the cluster {address} failed: {_reason(error)}; what was embedded is kept for the "
            "next run"
        ) from error


def _reason(error: Exception) -> str:
    """Return the last line of what Ray tells, which repeats the traceback of a worker."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__
