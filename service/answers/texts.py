"""An answer as text: Markdown for chats and notes, plain text for terminals."""

from __future__ import annotations

import json

from index import CITATION_FORMATS, CitationFormat, Passage, Source, escape_markdown
from service.answers.answer import Answer
from service.answers.certainty import explain_confidence

_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n")}, " ")


def answer_markdown(answer: Answer) -> str:
    """Return the answering sentence, then the passages as a numbered list, each with its source.

    The words that answer are in bold; the confidence is a word with its meaning and the number.
    Markdown syntax in a document is escaped, so that it is shown as text.
    """
    lines = []
    if answer.evidence:
        sentence = escape_markdown(answer.evidence.text, answer.evidence.span)
        lines.append(f"{sentence} \\[{answer.evidence.citation}\\]")
    lines += [escape_markdown(remark) for remark in _remarks(answer)]
    for passage in answer.passages:
        number = f"{passage.rank}. "
        cited = cite_as("markdown", passage.hit.passage, passage.hit.source)
        lines += [
            f"{number}{escape_markdown(passage.hit.passage.text)}",
            f"{'':{len(number)}}{cited}",
        ]
    return printable("\n\n".join(lines)) + "\n"


def answer_text(answer: Answer, form: CitationFormat | None = None) -> str:
    """Return the same as plain text with its line ends, each source cited in a format."""
    blocks = []
    if answer.evidence:
        blocks.append(f"{answer.evidence.text} [{answer.evidence.citation}]")
    blocks += _remarks(answer)
    for passage in answer.passages:
        hit = passage.hit
        blocks.append(f"[{passage.rank}] {hit.passage.text}")
        blocks.append(cite_as(form or "plain", hit.passage, hit.source))
    return printable("\n\n".join(blocks)) + "\n"


def _remarks(answer: Answer) -> list[str]:
    """Return how the sources relate, how sure the answer is, and the notes."""
    comparison = [answer.comparison.text] if answer.comparison else []
    sure = [] if answer.confidence is None else [explain_confidence(answer.confidence)]
    return [*comparison, *sure, *answer.notes]


def cite_as(form: CitationFormat, passage: Passage, source: Source) -> str:
    """Return a citation in a format, as a text."""
    reference = CITATION_FORMATS[form](passage, source)
    return reference if isinstance(reference, str) else json.dumps(reference, ensure_ascii=False)


def printable(text: str) -> str:
    """Replace each control character, which a terminal would obey, with a blank."""
    return text.translate(_CONTROLS)
