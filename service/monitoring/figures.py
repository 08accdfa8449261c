"""Metrics of the indexes, of the watch of the documents and of the cache of answers."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index import STATUSES, LiveIndex, Report, StoredIndexError
from service.access.keyring import Keyring
from service.answers.open_collection import OpenCollection
from service.indexing.indexer import Indexer
from service.indexing.rebuilding import Rebuild
from service.indexing.watching import Watching

_COLLECTION = ["collection"]
# The metrics of an index: what each tells, and its labels beside the collection.
_OF_INDEX: dict[str, tuple[str, ...]] = {
    "pincite_documents": ("Documents.",),
    "pincite_passages": ("Passages.",),
    "pincite_index_bytes": ("Bytes of the generation that answers.",),
    "pincite_disk_free_bytes": ("Bytes free on the disk of the index.",),
    "pincite_generation_info": ("1, with the generation that answers.", "generation"),
    "pincite_index_damaged": (
        "1 if the newest generation cannot be opened, or its encoder is damaged.",
    ),
    "pincite_index_unavailable": ("1 while the folder or the engine of the index cannot be read.",),
    "pincite_index_rebuilding": (
        "1 while an index of another model answers and is being rebuilt.",
    ),
    "pincite_index_outdated": (
        "1 while an index of another model answers that could not be rebuilt.",
    ),
    "pincite_index_behind": ("1 while the last run to update the index has failed.",),
    "pincite_run_files": (
        "Files of the last run by status; failed ones could not be read.",
        "status",
    ),
    "pincite_run_finished_seconds": ("When the last run ended.",),
}


class IndexFigures(Collector):
    """The size, age and state of each collection's index, and the files of its last run."""

    def __init__(
        self,
        collections: Mapping[str, OpenCollection],
        rebuilds: Mapping[str, Rebuild],
        indexers: Mapping[str, Indexer],
    ) -> None:
        self._collections = collections
        self._rebuilds = rebuilds
        self._indexers = indexers

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with a sample a collection."""
        gauges = {
            metric: GaugeMetricFamily(metric, text, labels=[*_COLLECTION, *labels])
            for metric, (text, *labels) in _OF_INDEX.items()
        }
        for name, collection in self._collections.items():
            for metric, value, *labels in self._samples(name, collection.live):
                gauges[metric].add_metric([name, *labels], value)
        yield from gauges.values()

    def _samples(self, name: str, live: LiveIndex) -> Iterator[tuple[str, float, *tuple[str, ...]]]:
        """Yield the metrics of a collection with their values and labels."""
        yield "pincite_index_behind", self._indexers[name].failure is not None
        yield "pincite_index_unavailable", live.fault is not None
        if not live.is_open:
            return
        opened = live.generation
        yield "pincite_documents", opened.manifest.documents
        yield "pincite_passages", opened.manifest.passages
        yield "pincite_index_bytes", opened.size
        if (room := free_bytes(opened.folder.parent.parent)) is not None:
            yield "pincite_disk_free_bytes", room
        yield "pincite_generation_info", 1, opened.id
        yield "pincite_index_damaged", live.damage is not None
        rebuild = self._rebuilds[name].state
        yield "pincite_index_rebuilding", rebuild == "rebuilding"
        yield "pincite_index_outdated", rebuild == "outdated"
        if report := _report(live):
            for status in STATUSES:
                yield "pincite_run_files", report.count(status), status
            finished = dt.datetime.fromisoformat(report.finished)
            yield "pincite_run_finished_seconds", finished.timestamp()


class WatchFigures(Collector):
    """Whether the watch of the documents runs, and how often it was started again."""

    def __init__(self, watching: Watching | None) -> None:
        self._watching = watching

    def collect(self) -> Iterator[Metric]:
        """Yield each metric; 0 where the documents are not watched."""
        failure, restarts = None, 0
        if self._watching:
            failure, restarts = self._watching.failure, self._watching.restarts
        yield GaugeMetricFamily(
            "pincite_watch_failing", "1 while the documents cannot be watched.", failure is not None
        )
        yield CounterMetricFamily(
            "pincite_watch_restarts", "Starts of the watch after it had ended.", restarts
        )


class KeyFigures(Collector):
    """Whether keys are needed and none is known."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def collect(self) -> Iterator[Metric]:
        """Yield the metric."""
        yield GaugeMetricFamily(
            "pincite_keys_lost",
            "1 while the file of the keys cannot be read.",
            self._keyring.fault() is not None,
        )


class AnswerFigures(Collector):
    """How many answers came from the cache, and how many bytes it takes."""

    def __init__(self, collections: Mapping[str, OpenCollection]) -> None:
        self._collections = collections

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with a sample a collection."""
        hits = CounterMetricFamily(
            "pincite_cache_hits", "Questions answered from the cache.", labels=_COLLECTION
        )
        misses = CounterMetricFamily(
            "pincite_cache_misses", "Questions that were not in the cache.", labels=_COLLECTION
        )
        kept = GaugeMetricFamily(
            "pincite_cache_bytes", "About how many bytes the cache takes.", labels=_COLLECTION
        )
        for name, collection in self._collections.items():
            cache = collection.answerer.cache()
            hits.add_metric([name], cache.hits)
            misses.add_metric([name], cache.misses)
            kept.add_metric([name], cache.bytes)
        yield from (hits, misses, kept)


def _report(live: LiveIndex) -> Report | None:
    try:
        return live.report()
    except StoredIndexError:  # /metrics must answer above all when something is down
        return None


def free_bytes(folder: Path) -> int | None:
    """Return how much can be written to the disk of a folder, None if the folder is gone."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
