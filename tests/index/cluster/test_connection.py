"""The errors of a cluster that fails or does not answer."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from index import Cluster, ClusterError
from index.cluster.connection import connected, translated
from index.cluster.execution import Executor, Pool
from index.cluster.workers import PATHS, HashingWorker

pytestmark = pytest.mark.skipif(
    find_spec("ray") is None, reason="the extra cluster is not installed"
)


def test_an_error_of_a_worker_is_told_as_here(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with connected("local", 1, "CPU") as count:
        found = Executor("local", count).execute(
            [{PATHS: "a"}], Pool(HashingWorker, ("nope://a/b",), parts=1)
        )
        with pytest.raises(ClusterError) as said:
            next(found)
    assert str(said.value).startswith(
        "the cluster local failed: nope://a/b: Protocol not known: nope; expected s3://"
    )
    assert "\n" not in str(said.value)
    assert "Traceback" not in "".join(capfd.readouterr())


def test_what_ray_tells_in_colours_is_told_without_them() -> None:
    with (
        pytest.raises(ClusterError, match=r"failed: ray::Worker\(\) was lost;"),
        translated("local"),
    ):
        raise RuntimeError("\x1b[36mray::Worker()\x1b[39m was lost")


def test_a_cluster_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: str, **options: object) -> None:
        raise ConnectionError("ray client connection timeout")

    monkeypatch.setattr("ray.init", refuse)
    with pytest.raises(
        ClusterError,
        match=r"^the cluster ray://nowhere:1 cannot be reached: ray client connection timeout",
    ):
        list(Cluster("ray://nowhere:1").hash_files("file:///tmp", ["x.txt"] * 40))
