"""The texts that families of models expect before a question and before a passage.

Each family was trained with these prompts; their model cards say so. A model's own configuration
comes first, since it knows better, and a setting comes before both.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

_SEARCHED = "Represent this sentence for searching relevant passages: "
_INSTRUCTED = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
)


@dataclass(frozen=True, slots=True)
class Family:
    """Models that were trained in the same way; `names` finds theirs, in lower case.

    The vectors of those that are `narrow` lie in a narrow cone; see index.ranking.centres.
    """

    name: str
    names: regex.Pattern[str]
    question: str = ""
    passage: str = ""
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of the settings before a question and a passage, None if they are not given.

    `family` is that of the model, None if it is not known.
    """

    question: str | None = None
    passage: str | None = None
    family: Family | None = None

    def resolve(self, question: str, passage: str) -> tuple[str, str]:
        """Return the two prompts of a model that states these itself; empty if it states none."""
        if self.family and not question and not passage:
            question, passage = self.family.question, self.family.passage
        return (
            question if self.question is None else self.question,
            passage if self.passage is None else self.passage,
        )


def _family(name: str, names: str, question: str = "", passage: str = "") -> Family:
    return Family(name, regex.compile(names), question, passage, narrow=name == "E5")


# The first family that knows a name counts.
FAMILIES = (
    _family("E5 with instructions", r"\be5-.*instruct", _INSTRUCTED),
    _family("E5", r"\be5-(?:small|base|large)", "query: ", "passage: "),
    _family("BGE-M3", r"\bbge-m3"),
    _family("BGE", r"\bbge-(?:small|base|large)-en", _SEARCHED),
    _family(
        "BGE in Chinese", r"\bbge-(?:small|base|large)-zh", "为这个句子生成表示以用于检索相关文章："
    ),
    _family("GTE", r"\bgte-(?:tiny|small|base|large|multilingual|modernbert)"),
    _family("Mixedbread", r"\bmxbai-embed|\buae-large", _SEARCHED),
    _family("Arctic 2", r"\barctic-embed-[ml]-v2", "query: "),
    _family("Arctic", r"\barctic-embed", _SEARCHED),
    _family(
        "Nomic", r"\bnomic-embed-text|\bmodernbert-embed", "search_query: ", "search_document: "
    ),
    _family(
        "sentence-transformers", r"\b(?:all|paraphrase|multi-qa|msmarco)-(?:.+-)?(?:mini|mp|distil)"
    ),
)


def find_family(*names: str) -> Family | None:
    """Return the family of the first name that one knows, None if there is no such name."""
    for name in names:
        for family in FAMILIES:
            if family.names.search(name.lower().replace("_", "-")):
                return family
    return None
