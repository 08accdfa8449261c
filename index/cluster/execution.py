"""Rows worked on by Ray Data: a pool of actors, which share them out and are replaced if they die.

Ray Data does not run behind Ray's client, by which ray:// is reached: it needs a process of the
cluster. So an actor there runs it and is asked for the results, on one machine as on many.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from index.cluster.connection import translated

# Columns by name, each with a value a row.
Rows = Mapping[str, Sequence[Any] | NDArray[Any]]
# Makes rows of rows, in the same order; made anew in each process.
Work = Callable[[Rows], Rows]

_RETRIES = 5  # of a worker, and of rows that a worker did not live to finish


@dataclass(frozen=True, slots=True)
class Pool:
    """Who works: what `make` gives, each of which computes on a GPU or on one core.

    `at_once` rows are given to one together, and `parts` is into how many all rows are cut, which
    are done again if a worker dies.
    """

    make: Callable[..., Work]
    made_with: tuple[object, ...]
    parts: int
    at_once: int = 1
    on_gpu: bool = False


class Executor:
    """Has rows worked on by so many workers, for as long as Ray is connected to the cluster.

    Raises:
        ClusterError: workers die again and again, or fail.
    """

    def __init__(self, address: str, workers: int) -> None:
        self._address = address
        with translated(address):
            import ray

            self._execution = ray.remote(num_cpus=0)(_Execution).remote(workers)

    def execute(self, rows: Sequence[Mapping[str, object]], pool: Pool) -> Iterator[Rows]:
        """Yield what the workers make of rows, in order, some at once."""
        with translated(self._address):
            import ray

            ray.get(self._execution.start.remote(rows, pool))
            ahead = self._execution.following.remote()
            while found := ray.get(ahead):
                ahead = self._execution.following.remote()  # while these are made use of
                yield found


class _Execution:
    """Runs Ray Data in a process of the cluster."""

    def __init__(self, workers: int) -> None:
        from ray.data import DataContext

        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        context = DataContext.get_current()
        context.enable_progress_bars = False
        context.execution_options.preserve_order = True
        self._workers = workers
        self._batches: Iterator[dict[str, NDArray[Any]]] = iter(())

    def start(self, rows: Sequence[Mapping[str, object]], pool: Pool) -> None:
        """Begin with rows."""
        from ray.data import ActorPoolStrategy, from_items

        made = from_items(list(rows), override_num_blocks=pool.parts).map_batches(
            pool.make,
            fn_constructor_args=pool.made_with,
            batch_size=pool.at_once,
            compute=ActorPoolStrategy(size=self._workers),
            **({"num_gpus": 1} if pool.on_gpu else {"num_cpus": 1}),
            max_restarts=_RETRIES,
            max_task_retries=_RETRIES,
        )
        self._batches = iter(made.iter_batches(batch_size=None, prefetch_batches=2))

    def following(self) -> dict[str, NDArray[Any]] | None:
        """Return the next rows, None once there are no more."""
        return next(self._batches, None)
