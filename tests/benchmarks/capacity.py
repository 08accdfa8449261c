"""Computes the size of a corpus on a cluster of Milvus, and simulates its questions.

Sizes and loads are computed from measured figures. Times are simulated: questions arrive at random
and wait for a free server at each stage. A stage that several nodes share takes as long as the
slowest node.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import simpy

SERVICE, NODES = "service", "query nodes"
_POSTING = 8  # bytes of a term of a passage in memory: a row's number and a weight, not compressed


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that grows linearly with a size: `fixed`, and `each` for each unit."""

    fixed: float
    each: float

    def at(self, size: float) -> float:
        return self.fixed + self.each * size


@dataclass(frozen=True, slots=True)
class Power:
    """A figure that grows with a power of a size."""

    factor: float
    exponent: float

    def at(self, size: float) -> float:
        return float(self.factor * size**self.exponent)


def fit_line(sizes: Sequence[float], figures: Sequence[float]) -> Line:
    """Return the line of least squares."""
    each, fixed = np.polyfit(sizes, figures, 1)
    return Line(float(fixed), float(each))


def fit_power(sizes: Sequence[float], figures: Sequence[float]) -> Power:
    """Return the power of least squares of the logarithms."""
    exponent, logarithm = np.polyfit(np.log(sizes), np.log(figures), 1)
    return Power(float(np.exp(logarithm)), float(exponent))


@dataclass(frozen=True, slots=True)
class Cluster:
    """The machines and settings of Milvus; nodes are added until vectors and postings fit.

    `vector_bytes` is the memory of a vector in a query node, `segment_bytes` the setting
    dataCoord.segment.maxSize.
    """

    vector_bytes: float
    segment_bytes: float = 1024 * 2**20
    node_bytes: float = 64e9 * 0.8  # a fifth is for other programs
    node_cores: int = 16
    service_cores: int = 16
    replicas: int = 1
    round_trip: float = 0.0005  # seconds
    network: float = 10e9 / 8  # bytes a second


@dataclass(frozen=True, slots=True)
class Measured:
    """Measurements of this machine; times are seconds of one core.

    `made` is the number of vectors for a passage, `embedded` how many a core embeds per second.
    `row` is the bytes of a passage in Milvus, `read` the bytes that a question reads of its
    candidates, and `terms` the different terms of a passage. `nearest` and `words` are the times of
    searches by the number of passages; `spread` are single times, divided by their median.
    `service` are the stages that need no cluster.
    """

    made: float
    embedded: float
    row: float
    read: float
    terms: float
    nearest: Power
    words: Power
    spread: Sequence[float]
    service: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a question: the pool that serves it, how many share it, and its possible times.

    A stage without a pool ("") never waits.
    """

    name: str
    pool: str
    shared_by: int
    seconds: Sequence[float]


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a corpus; `most` is the questions per second that its `bottleneck` can serve."""

    passages: int
    stored: float
    in_memory: float
    segments: int
    nodes: int
    made: float
    core_hours: float
    stages: tuple[Stage, ...]
    most: float
    bottleneck: str


def plan(passages: int, measured: Measured, cluster: Cluster) -> Plan:
    """Compute the size of a corpus of so many passages."""
    stored = passages * measured.row
    in_memory = passages * (cluster.vector_bytes + _POSTING * measured.terms)
    segments = ceil(stored / cluster.segment_bytes)
    nodes = ceil(in_memory / cluster.node_bytes)
    rounds = ceil(segments / nodes / cluster.node_cores)  # a core searches a segment at a time
    held = passages / segments

    def searched(one: Power) -> list[float]:
        return [rounds * one.at(held) * ratio for ratio in measured.spread]

    carried = cluster.round_trip + measured.read / cluster.network
    stages = (
        Stage("embed", SERVICE, 1, measured.service["embed"]),
        Stage("words", NODES, nodes, searched(measured.words)),
        Stage("vector", NODES, nodes, searched(measured.nearest)),
        Stage("carry", "", 1, [carried]),
        Stage("unpack", SERVICE, 1, measured.service["unpack"]),
        Stage("look up", "", 1, [3 * cluster.round_trip]),
        Stage("rank", SERVICE, 1, measured.service["rank"]),
    )
    bears = {
        "network": cluster.network / measured.read,
        **{
            pool: slots / sum(np.mean(one.seconds) for one in stages if one.pool == pool)
            for pool, slots in ((SERVICE, cluster.service_cores), (NODES, cluster.replicas))
        },
    }
    bottleneck = min(bears, key=lambda pool: bears[pool])
    return Plan(
        passages=passages,
        stored=stored,
        in_memory=in_memory,
        segments=segments,
        nodes=nodes,
        made=passages * measured.made,
        core_hours=passages * measured.made / measured.embedded / 3600,
        stages=stages,
        most=float(bears[bottleneck]),
        bottleneck=bottleneck,
    )


def simulate(
    stages: Sequence[Stage], slots: Mapping[str, int], rate: float, questions: int, seed: int = 0
) -> dict[str, list[float]]:
    """Return how long each question took at each stage, and `all`, waiting included.

    `slots` is how many questions a server of each pool takes at once; a query node takes one for
    each replica, with all its cores. `rate` is the questions per second, a Poisson process. simpy
    simulates the events.
    """
    choice = np.random.default_rng(seed)
    world = simpy.Environment()
    pools = {
        (one.pool, place): simpy.Resource(world, slots[one.pool])
        for one in stages
        if one.pool
        for place in range(one.shared_by)
    }
    took: dict[str, list[float]] = {name: [] for name in (*(one.name for one in stages), "all")}

    def serve(stage: Stage, place: int) -> Generator[simpy.Event, object, None]:
        seconds = float(choice.choice(stage.seconds))
        if not stage.pool:
            yield world.timeout(seconds)
            return
        with pools[stage.pool, place].request() as turn:
            yield turn
            yield world.timeout(seconds)

    def ask() -> Generator[simpy.Event, object, None]:
        came = world.now
        for stage in stages:
            began = world.now
            yield world.all_of(
                [world.process(serve(stage, place)) for place in range(stage.shared_by)]
            )
            took[stage.name].append(world.now - began)
        took["all"].append(world.now - came)

    def arrive() -> Generator[simpy.Event, object, None]:
        for pause in choice.exponential(1 / rate, questions):
            yield world.timeout(float(pause))
            world.process(ask())

    world.process(arrive())
    world.run()
    return took
