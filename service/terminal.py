"""What the commands show on a terminal: progress, reports and answers."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from index import CitationFormat, Evaluation, Report
from service.answers import Answer, CitedPassage
from service.texts import cite_as, printable


class ProgressBar:
    """A progress bar on a terminal's standard error, there from the first step to the last."""

    def __init__(self, what: str = "Indexing", unit: str = "texts") -> None:
        self._unit = unit
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_interactive,
        )
        self._task = self._bar.add_task(what, total=None, rate="")

    def __enter__(self) -> ProgressBar:
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
        self._bar.update(self._task, completed=done, total=total, rate=rate)
        if done < total:
            self._bar.start()
        else:
            self._bar.stop()


def print_error(message: object) -> None:
    """Print what a user can mend, as one line."""
    click.echo(f"pincite: {' '.join(str(message).split())}", err=True)


def print_report(report: Report) -> None:
    """Print what a build did: one line a file that was not indexed, then the counts."""
    console = Console(stderr=True)
    for file in report.files:
        if file.reason:
            line = f"[yellow]{file.status}[/] {escape(file.path)}: {escape(file.reason)}"
            console.print(line, highlight=False, soft_wrap=True)
    counts = ", ".join(
        f"{report.count(status)} {status}"
        for status in ("indexed", "unchanged", "skipped", "failed")
        if report.count(status)
    )
    passages = sum(file.passages for file in report.files)
    if report.resumed:
        console.print(f"{report.resumed} vectors were left by a build that was stopped")
    state = "published" if report.published else "nothing changed in"
    console.print(
        f"{len(report.files)} files: {counts}; {passages} passages; "
        f"{state} generation {report.generation}",
        highlight=False,
        soft_wrap=True,
    )


def print_answer(answer: Answer, form: CitationFormat = "plain") -> None:
    """Print an answer, then its passages with the evidence in bold and cited in a format."""
    console = Console(highlight=False)
    if answer.evidence:
        console.print(
            Text(printable(answer.evidence.text), style="bold green"),
            Text(f"[{answer.evidence.citation}]"),
        )
    if answer.confidence is not None:
        console.print(Text(f"confidence {answer.confidence:.0%}", style="dim"))
    for note in answer.notes:
        console.print(Text(note, style="yellow"))
    console.print()
    for passage in answer.passages:
        _print_passage(console, passage, form)


def print_evaluations(evaluations: Sequence[Evaluation]) -> None:
    """Print a table with one column a dataset and one row a measure."""
    table = Table("measure", *(escape(one.dataset) for one in evaluations))
    for name in evaluations[0].measures:
        table.add_row(name, *(_measure(one, name) for one in evaluations))
    for name in ("p50", "p95"):
        row = (f"{one.latency_ms[name]:.1f}" for one in evaluations)
        table.add_row(f"latency {name}, ms", *row)
    Console().print(table)


def print_checks(checks: dict[str, tuple[float | None, float | None]]) -> None:
    """Print AUROC and calibration error of each dataset."""
    table = Table("dataset", "auroc", "ece")
    for dataset, values in checks.items():
        table.add_row(dataset, *("-" if value is None else f"{value:.4f}" for value in values))
    Console().print(table)


def _measure(evaluation: Evaluation, name: str) -> str:
    value = evaluation.measures[name]
    if value is None:
        return "-"
    if name not in evaluation.intervals:
        return f"{value:.4f}"
    low, high = evaluation.intervals[name]
    return f"{value:.4f} ({low:.3f}-{high:.3f})"


def _print_passage(console: Console, passage: CitedPassage, form: CitationFormat) -> None:
    hit = passage.hit
    # Rich would take control characters out, which would move what is to stand out
    text = Text(printable(hit.passage.text))
    for span in hit.evidence:
        text.stylize("bold green", span.start, span.end)
    scores = hit.scores
    parts = (
        f"score {scores.fused:.3f} (dense {scores.dense:.2f}, sentence {scores.sentence:.2f}, "
        f"words {scores.lexical:.2f}, time {scores.time:+.2f})"
    )
    console.print(Text(f"[{passage.rank}]", style="bold"), Text(parts, style="dim"))
    console.print(text)
    _print_line(console, cite_as(form, hit.passage, hit.source))
    for other, source in hit.duplicates:
        _print_line(console, f"also {cite_as(form, other, source)}")
    console.print()


def _print_line(console: Console, text: str) -> None:
    console.print(Text(printable(text), style="dim"), soft_wrap=True)
