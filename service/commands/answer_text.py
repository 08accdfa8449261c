"""An answer with its passages on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from index import CitationFormat
from service.answers.answer import Answer
from service.answers.certainty import explain_confidence
from service.answers.cited import CitedPassage
from service.answers.texts import cite_as, printable
from service.commands.terminal import open_console


def print_answer(answer: Answer, form: CitationFormat = "plain") -> None:
    """Print an answer, then its passages, with the evidence in bold and their citations."""
    console = open_console()
    if answer.evidence:
        sentence = Text(printable(answer.evidence.text), style="bold green")
        if span := answer.evidence.span:
            sentence.stylize("underline", span.start, span.end)
        console.print(sentence, Text(f"[{answer.evidence.citation}]"))
    if answer.comparison:
        console.print(Text(printable(answer.comparison.text)))
    if answer.confidence is not None:
        console.print(Text(explain_confidence(answer.confidence), style="dim"))
    for note in answer.notes:
        console.print(Text(note, style="yellow"))
    console.print()
    for passage in answer.passages:
        _print_passage(console, passage, form)


def _print_passage(console: Console, passage: CitedPassage, form: CitationFormat) -> None:
    hit = passage.hit
    # Rich would remove control characters, which would move the places of the evidence
    text = Text(printable(hit.passage.text))
    for span in hit.evidence:
        text.stylize("bold green", span.start, span.end)
    scores = hit.scores
    parts = (
        f"score {scores.fused:.3f} (dense {scores.dense:.2f}, sentence {scores.sentence:.2f}, "
        f"words {scores.lexical:.2f}, time {round(scores.time, 2) + 0.0:+.2f})"
    )
    console.print(Text(f"[{passage.rank}]", style="bold"), Text(parts, style="dim"))
    console.print(text)
    _print_line(console, cite_as(form, hit.passage, hit.source))
    for other, source in hit.duplicates:
        _print_line(console, f"also {cite_as(form, other, source)}")
    console.print()


def _print_line(console: Console, text: str) -> None:
    console.print(Text(printable(text), style="dim"), soft_wrap=True)
