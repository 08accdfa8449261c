"""What the commands show on a terminal: progress, reports and answers."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from index import Report
from service.answers import Answer, CitedPassage
from service.schemas import answer_reply


class BuildProgress:
    """A progress bar on standard error, shown once there is something to embed."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("Indexing"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("index", total=None, visible=False, rate="")

    def __enter__(self) -> BuildProgress:
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
        """Show that `done` of `total` texts are embedded."""
        speed = self._bar.tasks[0].speed
        rate = f"{speed:.0f} texts/s" if speed else ""
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


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print an answer: its JSON, or its passages with the evidence in bold and their citations."""
    console = Console(highlight=False, soft_wrap=as_json)
    if as_json:
        console.out(answer_reply(answer).model_dump_json(indent=2), highlight=False)
        return
    if answer.evidence:
        console.print(Text(answer.evidence.text, style="bold green"), f"\\[{answer.evidence.citation}]")
        console.print()
    for passage in answer.passages:
        _print_passage(console, passage)


def _print_passage(console: Console, passage: CitedPassage) -> None:
    hit = passage.hit
    text = Text(hit.passage.text)
    for span in hit.evidence:
        text.stylize("bold green", span.start, span.end)
    console.print(f"[bold]\\[{passage.rank}][/] [dim]score {hit.scores.fused:.3f}[/]")
    console.print(text)
    console.print(Text(passage.citation, style="dim"))
    console.print()
