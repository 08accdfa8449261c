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

from index import STATUSES, CitationFormat, Evaluation, FileReport, Report
from service.answers.answerer import Answer, CitedPassage
from service.answers.texts import cite_as, printable

_UNWRAPPED = 1000  # columns of what is no terminal
_MOST_FILES = 200  # beyond, files are listed only where there is a reason to


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
    """Print what a build did: a table of the files that were read or left out, then the counts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.width = _UNWRAPPED
    shown = [file for file in report.files if file.reason or file.status != "unchanged"]
    if shown:
        console.print(_file_table(shown))
    for path in report.deleted:
        console.print(Text(f"deleted {_one_line(path)}"), soft_wrap=True)
    if report.resumed:
        console.print(f"{report.resumed} vectors were left by a build that was stopped")
    counts = ", ".join(
        f"{report.count(status)} {status}" for status in STATUSES if report.count(status)
    )
    passages = sum(file.passages for file in report.files)
    state = "published" if report.published else "nothing changed in"
    console.print(
        f"{len(report.files)} files: {counts}; {passages} passages; "
        f"{state} generation {report.generation}",
        highlight=False,
        soft_wrap=True,
    )


def _file_table(files: Sequence[FileReport]) -> Table:
    """Return a table of files; the numbers of those that were read, and the reasons of others."""
    if len(files) > _MOST_FILES:
        files = [file for file in files if file.reason]
    table = Table("status", "file", box=None, pad_edge=False)
    for name in ("passages", "pages", "without text", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("reason")
    for file in files:
        numbers = (file.passages, file.pages, file.pages_without_text)
        table.add_row(
            Text(file.status, style="" if file.status == "indexed" else "yellow"),
            Text(_one_line(file.path), overflow="fold"),
            *(str(number) if number else "" for number in numbers),
            f"{file.seconds:.1f}" if file.seconds else "",
            Text(_one_line(file.reason or ""), overflow="fold"),
        )
    return table


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


def _one_line(text: str) -> str:
    """Return a text with all that would move the cursor escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
