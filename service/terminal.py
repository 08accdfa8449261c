"""What the commands show on a terminal: progress, reports and answers."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from index import Evaluation, Report, cite
from service.answers import Answer, CitedPassage


class ProgressBar:
    """A progress bar on standard error, shown once there is something to do."""

    def __init__(self, what: str = "Indexing", unit: str = "texts") -> None:
        self._unit = unit
        self._bar = Progress(
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task(what, total=None, visible=False, rate="")

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        speed = self._bar.tasks[0].speed
        rate = f"{speed:.0f} {self._unit}/s" if speed else ""
        self._bar.update(self._task, completed=done, total=total, visible=True, rate=rate)


def print_report(report: Report) -> None:
    """Print what a build did: one line a file that was not indexed, then the counts."""
    console = Console(stderr=True)
    for file in report.files:
        if file.reason:
            console.print(f"[yellow]{file.status}[/] {escape(file.path)}: {escape(file.reason)}")
    counts = ", ".join(
        f"{report.count(status)} {status}"
        for status in ("indexed", "unchanged", "skipped", "failed")
        if report.count(status)
    )
    passages = sum(file.passages for file in report.files)
    state = "published" if report.published else "nothing changed in"
    console.print(
        f"{len(report.files)} files: {counts}; {passages} passages; "
        f"{state} generation {report.generation}",
        highlight=False,
    )


def print_answer(answer: Answer) -> None:
    """Print an answer, then its passages with the evidence in bold and their citations."""
    console = Console(highlight=False)
    if answer.evidence:
        console.print(
            Text(answer.evidence.text, style="bold green"), Text(f"[{answer.evidence.citation}]")
        )
    if answer.confidence is not None:
        console.print(Text(f"confidence {answer.confidence:.0%}", style="dim"))
    for note in answer.notes:
        console.print(Text(note, style="yellow"))
    console.print()
    for passage in answer.passages:
        _print_passage(console, passage)


def print_evaluations(evaluations: Sequence[Evaluation]) -> None:
    """Print a table with one column a dataset and one row a measure."""
    table = Table("measure", *(one.dataset for one in evaluations))
    for name in evaluations[0].measures:
        table.add_row(name, *(_measure(one, name) for one in evaluations))
    for name in ("p50", "p95"):
        row = (f"{one.latency_ms[name]:.1f}" for one in evaluations)
        table.add_row(f"latency {name}, ms", *row)
    Console().print(table)


def _measure(evaluation: Evaluation, name: str) -> str:
    value = evaluation.measures[name]
    if value is None:
        return "-"
    if name not in evaluation.intervals:
        return f"{value:.4f}"
    low, high = evaluation.intervals[name]
    return f"{value:.4f} ({low:.3f}-{high:.3f})"


def _print_passage(console: Console, passage: CitedPassage) -> None:
    hit = passage.hit
    text = Text(hit.passage.text)
    for span in hit.evidence:
        text.stylize("bold green", span.start, span.end)
    scores = hit.scores
    parts = (
        f"score {scores.fused:.3f} (dense {scores.dense:.2f}, sentence {scores.sentence:.2f}, "
        f"words {scores.lexical:.2f}, time {scores.time:+.2f})"
    )
    console.print(Text(f"[{passage.rank}]", style="bold"), Text(parts, style="dim"))
    console.print(text)
    console.print(Text(passage.citation, style="dim"))
    for other, source in hit.duplicates:
        console.print(Text(f"also {cite(other, source)}", style="dim"))
    console.print()
