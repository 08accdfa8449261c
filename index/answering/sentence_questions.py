"""Questions that a text answers, made of its own sentences by plain rules.

A sentence that asks is a question as it stands. A statement in English becomes one where a rule
below fits the whole of it: "The bridge was built in 1891." becomes "When was the bridge built?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHORTEST, _LONGEST = 12, 80  # characters of a question
_MOST_WORDS = 9  # of a subject

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"(?:\d{{1,2}} )?(?:{_MONTH} )?\d{{4}}"
_DONE = r"(?:[a-z]+(?:ed|en)|built|held|made|born|set up|put|sold|told|won|led)\b[^,;:]*?"
_PERSON = (
    "(?:author|chair|chairman|chairwoman|chief|coach|commander|director|editor|founder|governor|"
    "head|king|leader|manager|mayor|minister|owner|president|queen|secretary|secretary-general|"
    "spokesman|spokeswoman|spokesperson|teacher)"
)
_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,3}"

# Each rule: the whole sentence, and the question of its groups.
_RULES = (
    (rf"(?P<subject>.+?) took place (?:in|on) {_DATE}", "When did {subject} take place?"),
    (
        rf"(?P<subject>.+?) (?P<be>was|were) (?P<done>{_DONE}) (?:in|on) {_DATE}",
        "When {be} {subject} {done}?",
    ),
    (
        rf"(?P<subject>.+?) (?P<be>is|are|was|were) (?P<done>{_DONE}) in (?!{_MONTH})[A-Z][^,;:]*",
        "Where {be} {subject} {done}?",
    ),
    (
        rf"{_NAME} (?P<be>is|was) (?:also )?"
        rf"(?P<role>(?:the )?(?:[\w'’-]+ )?(?i:{_PERSON})\b[^,;:]*)(?:, .*)?",
        "Who {be} {role}?",
    ),
    (
        rf"The (?P<role>(?:[\w'’-]+ )?{_PERSON} of [^,;:]+?) (?P<be>is|was) {_NAME}.*",
        "Who {be} the {role}?",
    ),
    (
        rf"The (?!{_PERSON} )(?P<what>(?:[\w'’-]+ ){{1,3}}of [^,;:]+?) (?P<be>is|are|was|were) "
        r"(?:the |an? )?(?:[A-Z\d]|(?<=the )[a-z]).*",
        "What {be} the {what}?",
    ),
)
# anchored, so that a search tries each rule at the beginning of a text only
_COMPILED = tuple((re.compile(rf"\A(?:{rule})"), question) for rule, question in _RULES)

_INTRODUCTION = re.compile(r"According to [^,]{1,60}, ")
_BRACKETS = re.compile(r" \([^()]*\)")
_ITEM = re.compile(r"[#>*•–\s-]*(?:\d{1,9}[.)]\s+)?")
_ASKS = re.compile(r"[^.!?？؟]+[?？؟]")
# Words that name nothing without the sentences before: no question of its own has them.
_POINTING = re.compile(
    r"(?i:he|she|it|they|him|them|his|her|their|its|this|that|these|those|there|here|such)"
)
_SPECIFIC = re.compile(r"[A-Z\d]")


def questions_of(sentence: str) -> Iterator[str]:
    """Yield the questions that a sentence asks or answers, at most one of each rule."""
    text = _ITEM.sub("", " ".join(sentence.split()), count=1)
    if _ASKS.fullmatch(text):
        if _is_whole(text):
            yield text
        return
    if not text.endswith("."):
        return
    text = _BRACKETS.sub("", _INTRODUCTION.sub("", text))[:-1]
    for rule, question in _COMPILED:
        if found := rule.fullmatch(text):
            groups = found.groupdict()
            subject = groups.get("subject", "")
            if subject.startswith("The "):
                groups["subject"] = f"the {subject[4:]}"
            elif subject.startswith(("A ", "An ")) or len(subject.split()) > _MOST_WORDS:
                continue
            made = question.format(**groups)
            if _is_whole(made) and _SPECIFIC.search(made, 1):
                yield made


def _is_whole(question: str) -> bool:
    """Return whether a question can be understood by itself."""
    words = re.findall(r"[\w'’-]+", question)
    return (
        _SHORTEST <= len(question) <= _LONGEST
        and not any(map(_POINTING.fullmatch, words))
        and "," not in question
    )
