"""Metrics of requests and of the queue; those of indexes are in `figures.py`.

Labels are the names of operations, statuses, stages and collections, never text from a client, so
that no client can create time series.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.answers.observer import Stage
from service.http.table import operation_name, operations_of
from service.traffic.admission import Admission

# Seconds: a cached answer takes under one millisecond, the longest wait in the queue ten seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counters and histograms of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "pincite_requests",
            "Requests by operation and status.",
            ["operation", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "pincite_request_seconds",
            "Time from a request's headers to its reply.",
            ["operation"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._stages = Histogram(
            "pincite_stage_seconds",
            "Time in a stage: wait for a turn; embed, rank, judge and read a batch of questions.",
            ["stage"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._questions = Counter(
            "pincite_questions",
            "Questions answered, also those from the cache.",
            registry=self.registry,
        )

    def asked(self, _: str) -> None:
        """Count a question."""
        self._questions.inc()

    def took(self, stage: Stage, seconds: float) -> None:
        """Count the time of a stage."""
        self._stages.labels(stage).observe(seconds)

    def replied(self, operation: str, status: int, seconds: float) -> None:
        """Count a request by the name of its operation."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)


class QueueFigures(Collector):
    """How many requests are at work and waiting, and how many were refused."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        load = self._admission.load()
        yield GaugeMetricFamily("pincite_queue_working", "Requests at work.", load.working)
        yield GaugeMetricFamily("pincite_queue_waiting", "Requests that wait.", load.waiting)
        yield CounterMetricFamily(
            "pincite_queue_refused",
            "Requests that were refused.",
            load.refused,
        )


def register_metrics(app: Flask, metrics: Metrics) -> None:
    """Count every request to `app`."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        name = operation_name(request.endpoint or "")
        metrics.replied(
            name if name in operations_of(app) else "none",
            response.status_code,
            time.perf_counter() - g.began,
        )
        return response
