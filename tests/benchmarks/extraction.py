"""Counts the words that readers find in files: `python -m tests.benchmarks.extraction [--json]`.

Reads every Markdown, HTML and Word file below ../shared/data/documents and documents. Counts the
words in its blocks, from which passages are cut, and the words that an independent extractor finds,
and prints the share of the extractor's words that the reader finds. Of a file with a share below
0.95 it lists the words that are most often missing. For web pages it also prints the share that
trafilatura alone finds.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from index import Document, DocumentError
from index.corpus.readers import READERS
from tests.benchmarks.reference import docx_words, html_words, markdown_words, words
from tests.conftest import ROOT

FOLDERS = (ROOT.parent / "shared" / "data" / "documents", ROOT / "documents")
REFERENCES: dict[str, Callable[[bytes], Counter[str]]] = {
    ".docx": docx_words,
    ".htm": html_words,
    ".html": html_words,
    ".md": markdown_words,
}
ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Extraction:
    """The share of the reference's words in a file that its reader finds."""

    path: str
    words: int
    found: float
    lacking: tuple[str, ...] = ()
    refused: str = ""
    by_trafilatura: float | None = None


def measure(file: Path) -> Extraction:
    """Read a file both ways; a word that occurs five times must be found five times."""
    data, suffix = file.read_bytes(), file.suffix.lower()
    expected = REFERENCES[suffix](data)
    total = expected.total()
    alone = _share(expected, _words_by_trafilatura(data)) if suffix == ".html" else None
    try:
        found = words(_text_of(READERS[suffix](data, file.name, "id")))
    except DocumentError as error:
        return Extraction(file.name, total, 0.0, refused=str(error))
    return Extraction(
        file.name,
        total,
        _share(expected, found),
        lacking=tuple(word for word, _ in (expected - found).most_common(12)),
        by_trafilatura=alone,
    )


def files() -> Iterator[Path]:
    """Yield the files to measure, in a fixed order."""
    for folder in FOLDERS:
        yield from sorted(one for one in folder.rglob("*") if one.suffix.lower() in REFERENCES)


def _share(expected: Counter[str], found: Counter[str]) -> float:
    return (expected & found).total() / expected.total() if expected.total() else 1.0


def _words_by_trafilatura(data: bytes) -> Counter[str]:
    import trafilatura

    return words(trafilatura.extract(data, favor_recall=True, include_tables=True) or "")


def _text_of(document: Document) -> str:
    return "\n".join(document.text[one.span.start : one.span.end] for one in document.blocks)


def _report(measured: list[Extraction]) -> str:
    lines = [f"{'words':>7}  {'found':>6}  file"]
    for one in measured:
        alone = "" if one.by_trafilatura is None else f" (trafilatura {one.by_trafilatura:.3f})"
        lines.append(f"{one.words:>7}  {one.found:>6.3f}  {one.path}{alone}")
    exceptions = [one for one in measured if one.found < ENOUGH]
    lines.append(f"\n{len(measured)} files, {len(exceptions)} below {ENOUGH}")
    lines += [f"{one.path}: {one.refused or ' '.join(one.lacking)}" for one in exceptions]
    return "\n".join(lines)


if __name__ == "__main__":
    results = [measure(file) for file in files()]
    whole = json.dumps([asdict(one) for one in results], indent=1, ensure_ascii=False)
    sys.stdout.write(f"{whole if '--json' in sys.argv[1:] else _report(results)}\n")
