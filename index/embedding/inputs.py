"""The texts that are embedded: each passage preceded by its title and headings."""

from __future__ import annotations

from index.types import Metadata, Passage, Span

_MOST = 200  # characters of title and headings, so that the model still reads the passage


def title_of(passage: Passage, metadata: Metadata) -> str:
    """Return title and heading path, without headings that stand in the passage itself."""
    held = {line.strip("# \t") for line in passage.text.splitlines()}
    parts = [metadata.title, *(part for part in passage.headings if part not in held)]
    return ". ".join(dict.fromkeys(part for part in parts if part))[:_MOST]


def passage_input(passage: Passage, metadata: Metadata) -> str:
    """Return the text that is embedded for a passage."""
    return _titled(title_of(passage, metadata), passage.text)


def sentence_spans(passage: Passage, text: str) -> tuple[Span, ...]:
    """Return the spans of the sentences of a passage in the text that is embedded for it."""
    shift = len(text) - len(passage.text)
    return tuple(Span(span.start + shift, span.end + shift) for span in passage.sentences)


def segment_texts(passage: Passage, metadata: Metadata) -> list[str]:
    """Return the texts whose words count: the title, the headings of each sentence, the sentences.

    The headings are those of the section that begins with the sentence; a sentence that continues
    a section has none. There are 2 n + 1 texts for n sentences.
    """
    headings = {0: passage.headings} | dict(passage.sections)
    return [
        metadata.title,
        *(" / ".join(headings.get(place, ())) for place in range(len(passage.sentences))),
        *(passage.text[span.start : span.end] for span in passage.sentences),
    ]


def _titled(title: str, text: str) -> str:
    if not title:
        return text
    return f"{title} {text}" if title[-1] in ".!?。！？:" else f"{title}. {text}"
