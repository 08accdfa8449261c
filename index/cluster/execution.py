"""Processing rows with Ray Data, by a pool of actors that are replaced if they die.

Ray Data does not run in a process that is connected by ray://; it needs a process of the cluster.
So an actor in the cluster runs it and hands back the results, on one machine too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from index.cluster.connection import translated

# Columns by name; each has one value for each row.
Rows = Mapping[str, Sequence[Any] | NDArray[Any]]
# Turns rows into rows, in the same order; each process makes its own.
Work = Callable[[Rows], Rows]


@dataclass(frozen=True, slots=True)
class Pool:
    """Workers, made by calling `make` with `made_with`; each uses one GPU or one core.

    A worker gets `at_once` rows at a time. All rows are divided into `parts`. A worker that dies is
    started again, and its part processed again, up to `retries` times.
    """

    make: Callable[..., Work]
    made_with: tuple[object, ...]
    parts: int
    at_once: int = 1
    on_gpu: bool = False
    retries: int = 5


class Executor:
    """Processes rows with a number of workers, while Ray is connected to the cluster.

    Raises:
        ClusterError: workers die again and again, or fail.
    """

    def __init__(self, address: str, workers: int) -> None:
        self._address = address
        with translated(address):
            import ray

            self._execution = ray.remote(num_cpus=0)(_Execution).remote(workers)

    def execute(self, rows: Sequence[Mapping[str, object]], pool: Pool) -> Iterator[Rows]:
        """Yield the results of the workers in the order of the rows, several rows at a time."""
        with translated(self._address):
            import ray

            ray.get(self._execution.start.remote(rows, pool))
            ahead = self._execution.following.remote()
            while found := ray.get(ahead):
                ahead = self._execution.following.remote()  # fetched while the caller uses these
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
        """Start to process rows."""
        from ray.data import ActorPoolStrategy, from_items

        made = from_items(list(rows), override_num_blocks=pool.parts).map_batches(
            pool.make,
            fn_constructor_args=pool.made_with,
            batch_size=pool.at_once,
            compute=ActorPoolStrategy(size=self._workers),
            **({"num_gpus": 1} if pool.on_gpu else {"num_cpus": 1}),
            max_restarts=pool.retries,
            max_task_retries=pool.retries,
        )
        self._batches = iter(made.iter_batches(batch_size=None, prefetch_batches=2))

    def following(self) -> dict[str, NDArray[Any]] | None:
        """Return the next results, None after the last."""
        return next(self._batches, None)
