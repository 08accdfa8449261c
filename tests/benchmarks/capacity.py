"""What a corpus takes on a cluster of Milvus, and how long its questions take there.

Sizes and loads are arithmetic over measured figures. Times are simulated: questions arrive at
random, wait for whatever serves each stage, and where a stage is shared out among nodes take as
long as the slowest of them.
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
    """A figure that grows with a size: so much in any case, and so much for `each`."""

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
    """The machines, and what Milvus is set to; nodes are added until vectors and postings fit.

    `vector_bytes` is what a searched vector takes of a query node's memory, `segment_bytes` the
    setting dataCoord.segment.maxSize.
    """

    vector_bytes: float
    segment_bytes: float = 1024 * 2**20
    node_bytes: float = 64e9 * 0.8  # a fifth is left to all else
    node_cores: int = 16
    service_cores: int = 16
    replicas: int = 1
    round_trip: float = 0.0005  # seconds
    network: float = 10e9 / 8  # bytes a second


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured here; times are seconds of one core.

    `made` vectors are embedded for a passage, `embedded` of them a second; `row` and `read` are the
    bytes of a passage in Milvus, and of what a question reads of its candidates. A passage has so
    many different `terms`. `nearest` and
    `words` are searches over so many passages, of which `spread` tells how single ones differ from
    the median; `service` are the stages that need no cluster.
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
    """A part of a question: who serves it, how many of them at once, and times it may take.

    Without anybody who serves it (""), nothing is waited for.
    """

    name: str
    pool: str
    shared_by: int
    seconds: Sequence[float]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a corpus takes; `most` are the questions a second that its `bottleneck` can bear."""

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
    """Work out what so many passages take."""
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

    `slots` says how many questions each of those who serve a pool takes at once; a query node takes
    one for each replica, with all its cores. `rate` are questions a second, which arrive as in a
    Poisson process. Events are those of simpy.
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
