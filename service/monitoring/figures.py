"""Metrics of the indexes, of the watch of the documents and of the cache of answers."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index import STATUSES, LiveIndex, Report, StoredIndexError
from service.answers.answerer import Answerer
from service.indexing.indexer import Indexer
from service.indexing.rebuilding import Rebuild
from service.indexing.watching import Watching

_COLLECTION = ["collection"]


class IndexFigures(Collector):
    """The size, age and state of each collection's index, and the files of its last run."""

    def __init__(
        self,
        answerers: Mapping[str, tuple[Answerer, LiveIndex]],
        rebuilds: Mapping[str, Rebuild],
        indexers: Mapping[str, Indexer],
    ) -> None:
        self._answerers = answerers
        self._rebuilds = rebuilds
        self._indexers = indexers

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with a sample a collection."""
        documents = GaugeMetricFamily("pincite_documents", "Documents.", labels=_COLLECTION)
        passages = GaugeMetricFamily("pincite_passages", "Passages.", labels=_COLLECTION)
        size = GaugeMetricFamily(
            "pincite_index_bytes", "Bytes of the generation that answers.", labels=_COLLECTION
        )
        free = GaugeMetricFamily(
            "pincite_disk_free_bytes", "Bytes free on the disk of the index.", labels=_COLLECTION
        )
        generation = GaugeMetricFamily(
            "pincite_generation_info",
            "1, with the generation that answers.",
            labels=[*_COLLECTION, "generation"],
        )
        damaged = GaugeMetricFamily(
            "pincite_index_damaged",
            "1 if the newest generation cannot be opened, or its encoder is damaged.",
            labels=_COLLECTION,
        )
        unavailable = GaugeMetricFamily(
            "pincite_index_unavailable",
            "1 while the folder or the engine of the index cannot be read.",
            labels=_COLLECTION,
        )
        rebuilding = GaugeMetricFamily(
            "pincite_index_rebuilding",
            "1 while an index of another model answers and is being rebuilt.",
            labels=_COLLECTION,
        )
        outdated = GaugeMetricFamily(
            "pincite_index_outdated",
            "1 while an index of another model answers that could not be rebuilt.",
            labels=_COLLECTION,
        )
        behind = GaugeMetricFamily(
            "pincite_index_behind",
            "1 while the last run to update the index has failed.",
            labels=_COLLECTION,
        )
        files = GaugeMetricFamily(
            "pincite_run_files",
            "Files of the last run by status; failed ones could not be read.",
            labels=[*_COLLECTION, "status"],
        )
        finished = GaugeMetricFamily(
            "pincite_run_finished_seconds", "When the last run ended.", labels=_COLLECTION
        )
        for name, (_, live) in self._answerers.items():
            behind.add_metric([name], self._indexers[name].failure is not None)
            unavailable.add_metric([name], live.fault is not None)
            if not live.is_open:
                continue
            opened, report = live.generation, _report(live)
            documents.add_metric([name], opened.manifest.documents)
            passages.add_metric([name], opened.manifest.passages)
            size.add_metric([name], opened.size)
            if (room := free_bytes(opened.folder.parent.parent)) is not None:
                free.add_metric([name], room)
            generation.add_metric([name, opened.id], 1)
            damaged.add_metric([name], live.damage is not None)
            rebuild = self._rebuilds[name].state
            rebuilding.add_metric([name], rebuild == "rebuilding")
            outdated.add_metric([name], rebuild == "outdated")
            if report:
                for status in STATUSES:
                    files.add_metric([name, status], report.count(status))
                finished.add_metric([name], dt.datetime.fromisoformat(report.finished).timestamp())
        yield from (documents, passages, size, free, generation, damaged)
        yield from (unavailable, rebuilding, outdated, behind, files, finished)


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


class AnswerFigures(Collector):
    """How many answers came from the cache, and how many bytes it takes."""

    def __init__(self, answerers: Mapping[str, tuple[Answerer, LiveIndex]]) -> None:
        self._answerers = answerers

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
        for name, (answerer, _) in self._answerers.items():
            cache = answerer.cache()
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
