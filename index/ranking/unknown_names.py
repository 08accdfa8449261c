"""Names of a question that stand nowhere in the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from string import ascii_lowercase

import regex

from index.lexical.analysis import Analyzer, Terms
from index.lexical.words import MONTHS

_NAME = regex.compile(r"[a-z]{4,20}")  # a shorter one may be an abbreviation
# A text may mean a day without naming its month or weekday, as in "from April to October".
_TIMES = MONTHS.keys() | set("monday tuesday wednesday thursday friday saturday sunday".split())


def count_unknown_names(
    absent: Sequence[Terms],
    analyzer: Analyzer,
    frequencies: Callable[[Sequence[str]], Mapping[str, int]],
) -> int:
    """Count the names that the corpus does not hold, even if a letter of them is mistyped.

    Only English is judged: German nouns have capitals too, and other languages inflect names.
    """
    if analyzer.language != "english":
        return 0
    names = [word.written for word in absent if word.is_name and _NAME.fullmatch(word.written)]
    names = [name for name in names if name not in _TIMES]
    near = {name: {analyzer.stem(one) for one in _misspellings(name)} for name in names}
    known = frequencies(sorted(set().union(*near.values()))) if near else {}
    return sum(not any(known[one] for one in near[name]) for name in names)


def _misspellings(word: str) -> Iterator[str]:
    """Yield the words that differ from one by a letter, or by two neighbours in exchanged order.

    Norvig, How to Write a Spelling Corrector (2007).
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for before, after in cuts:
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
