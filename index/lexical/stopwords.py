"""Stop words, and the language of a corpus, which they tell."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

import regex
from stop_words import LANGUAGE_MAPPING, get_stop_words

from index.lexical.characters import same_letters
from index.lexical.words import UNSPACED

_UNSPACED = regex.compile(rf"[{UNSPACED}]")
_WORD = regex.compile(rf"[{UNSPACED}]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED}]]+", regex.VERSION1)

# Function words of English, as in the list of the Snowball project, with question words and
# modal verbs; the package's English list holds 1,300 words, "member" and "world" among them.
ENGLISH = frozenset(
    """
    a about above after again against all also am an and any are aren as at be because been
    before being below between both but by can could couldn d did didn do does doesn doing don
    down during each few for from further had hadn has hasn have haven having he her here hers
    herself him himself his how i if in into is isn it its itself just ll m ma many may me might
    mightn more most much must mustn my myself needn no nor not now o of off on once only or
    other our ours ourselves out over own re s same shall shan she should shouldn so some such t
    than that the their theirs them themselves then there these they this those through to too
    under until up us ve very was wasn we were weren what when where which while who whom whose
    why will with won would wouldn y you your yours yourself yourselves
    """.split()
)

# Question words, for languages whose lists lack them.
QUESTION_WORDS = {
    "german": "wer wem wen wessen wann wo wohin woher wie warum weshalb wieso viel viele welche "
    "welcher welches welchen welchem was wurde wurden wird werden worden",
    "spanish": "quién quien quiénes qué que cuándo cuando dónde donde adónde cómo como cuál "
    "cuáles cuánto cuánta cuántos cuántas por fue fueron es son ser",
    "russian": "кто кого кому кем что чего чему чем когда где куда откуда как какой какая какое "
    "какие каких каким какими какую какого каком сколько почему зачем чей чья который которая "
    "которое которые был была было были",
    "arabic": "من ما متى أين كيف كم لماذا ماذا هل أي التي الذي الذين كان كانت هو هي تم",
    "korean": "누가 누구 누구의 누구를 무엇 무엇이 무엇을 무엇인가요 무슨 언제 어디 어디서 어디에 "
    "어디에서 어디인가요 왜 어떻게 얼마 얼마나 얼마인가요 몇 어느 어떤 있나요 있습니까 있습니다 "
    "있어요 입니까 인가요 하나요 합니까 되나요 됩니까",
    "hebrew": "מי מה מתי איפה היכן איך כיצד כמה למה מדוע האם איזה איזו אילו",
    "hindi": "कौन किस किसे किसने क्या कब कहाँ कहां क्यों कैसे कितना कितनी कितने है हैं था थे थी",
    "chinese": "的 了 是 在 和 与 及 或 谁 何 哪 什 么",
}
# Languages in Latin script, one of which a corpus is in.
_LATIN = (
    "english", "german", "french", "spanish", "italian", "portuguese", "dutch", "swedish",
    "danish", "norwegian", "finnish", "hungarian", "romanian", "turkish", "catalan", "polish",
    "czech", "indonesian",
)  # fmt: skip
_SURE = 2  # stop words of another language, more than English ones, that tell a language


@cache
def stop_words_of(language: str) -> frozenset[str]:
    """Return the stop words of a language, such as "german", in lower case."""
    words = ENGLISH if language == "english" else get_stop_words(language)
    asked = QUESTION_WORDS.get(language, "").split()
    return frozenset(
        part
        for word in (*words, *asked)
        for part in _WORD.findall(same_letters(unicodedata.normalize("NFKC", word)).casefold())
    )


def detect_language(texts: Iterable[str]) -> str:
    """Return the Latin language whose stop words some texts use most; English if it is close.

    A language uses several of its stop words; one alone is a unit or a mark that fills a column of
    a table, such as kr or NA.
    """
    words = Counter(
        word.casefold()
        for text in texts
        for word in _WORD.findall(text)
        # a letter alone is a word of one language and a name in all of them
        if len(word) > 1 and not _UNSPACED.match(word)
    )
    known = {language: words.keys() & stop_words_of(language) for language in _LATIN}
    used = {
        language: sum(words[word] for word in found)
        for language, found in known.items()
        if language == "english" or len(found) > 1
    }
    best = max(used, key=lambda language: used[language])
    return best if used[best] >= used["english"] + _SURE else "english"


def count_stop_words(text: str, language: str) -> int:
    """Return how many words of a text are stop words of a language."""
    known = stop_words_of(language)
    return sum(word.casefold() in known for word in _WORD.findall(same_letters(text)))


def question_words(language: str) -> frozenset[str]:
    """Return the words by which a language asks, for one whose stop words are too many."""
    return frozenset(QUESTION_WORDS[language].split())


def is_stop_word(folded: str, code: str) -> bool:
    """Return whether a word in lower case is a stop word of the language with this code."""
    language = LANGUAGE_MAPPING.get(code)
    return language is not None and folded in stop_words_of(language)
