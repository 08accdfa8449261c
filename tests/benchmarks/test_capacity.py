"""Plans by hand, and queues whose waiting times are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.capacity import (
    NODES,
    SERVICE,
    Cluster,
    Measured,
    Power,
    Stage,
    fit_line,
    fit_power,
    plan,
    simulate,
)

MEASURED = Measured(
    made=5,
    embedded=1000,
    row=10_000,
    read=1_250_000,
    terms=50,
    nearest=Power(1e-6, 0.5),
    words=Power(1e-6, 0.5),
    spread=[1.0],
    service={name: [0.001] for name in ("embed", "unpack", "rank")},
)
CLUSTER = Cluster(vector_bytes=400, segment_bytes=1e9, node_bytes=50e9)


def test_lines_and_powers_are_found_again() -> None:
    sizes = [100, 200, 400]
    line = fit_line(sizes, [7 + 3 * one for one in sizes])
    assert (line.fixed, line.each) == pytest.approx((7, 3))
    assert line.at(1000) == pytest.approx(3007)
    power = fit_power(sizes, [2 * one**0.5 for one in sizes])
    assert power.at(10_000) == pytest.approx(200)


def test_a_plan_multiplies_what_was_measured() -> None:
    found = plan(10_000_000, MEASURED, CLUSTER)
    assert found.stored == 100e9
    assert found.segments == 100
    assert found.in_memory == 10_000_000 * (400 + 50 * 8)
    assert found.nodes == 1
    assert found.made == 50e6
    assert found.core_hours == pytest.approx(50e6 / 1000 / 3600)
    by_name = {one.name: one.seconds[0] for one in found.stages}
    # 100 segments of 100,000 passages, seven to a core of sixteen
    assert by_name["vector"] == pytest.approx(7 * 1e-6 * 100_000**0.5)
    assert by_name["carry"] == pytest.approx(0.0005 + 0.001)


def test_a_corpus_is_shared_out_among_as_many_nodes_as_hold_it() -> None:
    found = plan(1_000_000_000, MEASURED, CLUSTER)
    assert found.nodes == 16
    assert {one.shared_by for one in found.stages if one.pool == NODES} == {16}
    assert {one.shared_by for one in found.stages if one.pool == SERVICE} == {1}


def test_the_bottleneck_bears_the_least_and_moves_when_it_is_widened() -> None:
    slow = replace(MEASURED, words=Power(1e-4, 0.5))
    found = plan(10_000_000, slow, CLUSTER)
    assert found.bottleneck == NODES
    busy = sum(one.seconds[0] for one in found.stages if one.pool == NODES)
    assert found.most == pytest.approx(1 / busy)
    assert plan(10_000_000, slow, replace(CLUSTER, replicas=2)).most == pytest.approx(2 / busy)
    wider = plan(10_000_000, slow, replace(CLUSTER, replicas=1000))
    assert wider.bottleneck == "network"
    assert wider.most == pytest.approx(1000)
    few = plan(10_000_000, MEASURED, replace(CLUSTER, service_cores=1, replicas=1000))
    assert few.bottleneck == SERVICE
    assert few.most == pytest.approx(1 / 0.003)


@pytest.mark.parametrize("load", [0.3, 0.7])
def test_one_who_serves_makes_wait_as_pollaczek_and_khinchine_say(load: float) -> None:
    # of constant service times: the mean wait is half of load / (1 - load) services
    took = simulate([Stage("one", "pool", 1, [1.0])], {"pool": 1}, load, 15_000)
    expected = 1 + load / (1 - load) / 2
    assert np.mean(took["one"]) == pytest.approx(expected, rel=0.05)
    assert took["one"] == took["all"]


def test_what_is_shared_out_takes_as_long_as_the_slowest() -> None:
    rare = [1.0] * 99 + [10.0]
    shared = simulate([Stage("shared", "pool", 50, rare)], {"pool": 1000}, 0.001, 800)["all"]
    # one of fifty is slow with the probability 1 - 0.99 ** 50
    assert np.mean(np.array(shared) == 10) == pytest.approx(1 - 0.99**50, abs=0.05)


def test_more_slots_take_the_waiting_away_and_what_nobody_serves_has_none() -> None:
    one, two = (
        np.mean(simulate([Stage("s", "pool", 1, [1.0])], {"pool": slots}, 0.8, 5000)["s"])
        for slots in (1, 2)
    )
    assert 1 < two < one
    free = simulate([Stage("s", "", 1, [1.0])], {}, 100.0, 1000)["s"]
    assert free == pytest.approx([1.0] * 1000)
