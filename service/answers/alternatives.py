"""What further sources of an answer say, and whether they agree, in data and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Agreement, AgreementKind
from service.answers.cited import CitedPassage
from service.answers.evidence import Evidence, evidence_of

_SAYS: dict[AgreementKind, str] = {
    "agree": "The sources say the same",
    "differ": "The sources differ",
    "changed": "This changed over time",
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Further sources that say one thing, in the words of the first; `agrees` with the answer."""

    text: str
    agrees: bool
    sources: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer to show, what the other sources say, and how they relate.

    `parts` are the relation in a line of words; each number stands for the mark of a citation.
    """

    kind: AgreementKind
    answer: Evidence
    alternatives: tuple[Alternative, ...]
    parts: tuple[str | int, ...]

    @property
    def text(self) -> str:
        """The line of words, with marks such as [1]."""
        return "".join(f"[{part}]" if isinstance(part, int) else part for part in self.parts)


def compare(agreement: Agreement, passages: Sequence[CitedPassage]) -> Comparison:
    """Return what the sources of an agreement say, in words."""
    groups = [tuple(evidence_of(passages[at]) for at in group) for group in agreement.groups]
    (answer, *same), *others = groups
    alternatives = [Alternative(same[0].words, True, tuple(same))] if same else []
    alternatives += [Alternative(group[0].words, False, group) for group in others]
    parts: list[str | int] = [f"{_SAYS[agreement.kind]}: "]
    for number, group in enumerate(groups):
        parts += ["; "] if number else []
        parts += [_one_line(group[0].words), " ("]
        for place, one in enumerate(group):
            parts += [", "] if place else []
            parts += [f"{one.date} " if one.date else "", one.citation]
        parts.append(")")
    return Comparison(agreement.kind, answer, tuple(alternatives), (*parts, "."))


def _one_line(text: str) -> str:
    return " ".join(text.split())
