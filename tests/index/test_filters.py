"""Any filter over any small corpus, compared with a simple evaluation of each document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import (
    AllOf,
    AnyOf,
    Contains,
    Filter,
    Not,
    OneOf,
    Prefix,
    Query,
    Range,
    Retriever,
    Suffix,
    dated,
    in_language,
)
from index.generation.folder import StoredGeneration, open_generation
from index.ranking.candidates import gather_candidates
from tests.fakes import FakeEmbedder, build, write_files

KEYS = ["publisher", "authors", "tags", "language", "date", "path", "document_id", "year", "none"]
WORDS = [
    "Gazette",
    "GAZETTE",
    "gazette",
    "Straße",
    "STRASSE",
    "a b",
    " a  b ",
    "cafe\u0301",
    "Café",
]
NUMBERS = ["7", "007", "7.0", "-3", "1e1", "12"]
DAYS = ["2019-12-31", "2020-02-14", "2020-06-01"]
values = st.sampled_from([*WORDS, *NUMBERS, *DAYS, "n1.md", "sub/", ""])
bounds = st.none() | values | st.sampled_from([7, -3.5, 10.0, 12])
conditions = st.one_of(
    st.builds(
        OneOf,
        st.sampled_from(KEYS),
        st.lists(values | st.sampled_from([7, 10.0]), max_size=3).map(tuple),
    ),
    st.builds(Range, st.sampled_from(KEYS), bounds, bounds, bounds, bounds),
    st.builds(Prefix, st.sampled_from(KEYS), values.map(lambda value: value[:3])),
    st.builds(Suffix, st.sampled_from(KEYS), values.map(lambda value: value[-3:])),
    st.builds(Contains, st.sampled_from(KEYS), values.map(lambda value: value[1:4])),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    conditions,
    lambda part: st.one_of(
        st.builds(AllOf, st.lists(part, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(part, max_size=3).map(tuple)),
        st.builds(Not, part),
    ),
    max_leaves=5,
)
stated = st.fixed_dictionaries(
    {},
    optional={
        "publisher": st.sampled_from(WORDS),
        "authors": st.lists(st.sampled_from(WORDS), max_size=3),
        "tags": st.lists(st.sampled_from([*WORDS, *NUMBERS]), max_size=3),
        "language": st.sampled_from(["en", "EN-gb", "eng"]),
        "date": st.sampled_from(DAYS),
        "year": st.sampled_from([*NUMBERS, *DAYS, "late"]),
    },
)
corpora = st.dictionaries(
    st.sampled_from(["n1.md", "n2.md", "sub/n1.md", "sub/n3.md", "Sub/n4.md"]), stated, min_size=1
)


@contextmanager
def generation_of(corpus: Mapping[str, Mapping[str, object]]) -> Iterator[StoredGeneration]:
    """Build an index of documents with different front matter."""
    with TemporaryDirectory() as place:
        files = {
            path: "---\n"
            + "".join(f"{key}: {_yaml(value)}\n" for key, value in known.items())
            + f"---\n\nCopper in {path}.\n\n# Lava\n\nLava near copper{len(known)}.\n"
            for path, known in corpus.items()
        }
        build(write_files(Path(place) / "d", files), Path(place) / "i")
        yield open_generation(Path(place) / "i")


def _yaml(value: object) -> str:
    return repr(value) if isinstance(value, list) else f"'{value}'"


def held(path: str, identity: str, known: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the values of a document under each key, as they are written."""
    lists = {
        key: [str(one) for one in (value if isinstance(value, list) else [value])]
        for key, value in known.items()
    }
    return {**lists, "path": [path], "document_id": [identity]}


def folded(key: str, text: str) -> str:
    if key in {"path", "document_id"}:
        return text
    text = text.replace("e\u0301", "é").replace("ß", "ss").lower()
    return re.sub(r"\s+", " ", text).strip()


def numeric(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def passes(wanted: Filter, of: Mapping[str, list[str]]) -> bool:
    """Read a filter plainly, one document at a time."""
    match wanted:
        case AllOf(parts):
            return all(passes(part, of) for part in parts)
        case AnyOf(parts):
            return any(passes(part, of) for part in parts)
        case Not(part):
            return not passes(part, of)
        case OneOf(key, options):
            return any(equal(key, value, option) for value in of.get(key, []) for option in options)
        case Prefix(key, text) | Suffix(key, text) | Contains(key, text):
            holds = {Prefix: str.startswith, Suffix: str.endswith, Contains: str.__contains__}
            return any(
                holds[type(wanted)](folded(key, value), folded(key, text))
                for value in of.get(key, [])
            )
        case Range(key):
            return any(within(wanted, value) for value in of.get(key, []))


def equal(key: str, value: str, option: str | float) -> bool:
    if isinstance(option, str):
        return folded(key, value) == folded(key, option)
    return numeric(value) == option


def within(wanted: Range, value: str) -> bool:
    def compare(bound: str | float | None) -> int:
        mine, theirs = numeric(value), bound if isinstance(bound, float | int) else None
        if isinstance(bound, str):
            theirs = numeric(bound)
        if mine is not None and theirs is not None:
            return (mine > theirs) - (mine < theirs)
        if not isinstance(bound, str):
            return 99  # a number bounds numbers alone
        one, other = folded(wanted.key, value), folded(wanted.key, bound)
        return (one > other) - (one < other)

    return (
        (wanted.gte is None or compare(wanted.gte) in {0, 1})
        and (wanted.gt is None or compare(wanted.gt) == 1)
        and (wanted.lte is None or compare(wanted.lte) in {0, -1})
        and (wanted.lt is None or compare(wanted.lt) == -1)
    )


@given(
    corpora, st.lists(filters, min_size=1, max_size=12), st.sampled_from(["copper", "lava", "?"])
)
def test_a_filter_leaves_exactly_the_passages_of_the_documents_that_pass(
    corpus: dict[str, dict[str, object]], wanted: list[Filter], question: str
) -> None:
    with generation_of(corpus) as generation:
        sources = {source.path: source.id for source, _ in generation.catalog.sources()}
        of = {path: held(path, sources[path], known) for path, known in corpus.items()}
        everything = list(generation.catalog.all_passages())
        vector = FakeEmbedder().embed_questions([question])[0]
        for one in wanted:
            eligible = {path for path in corpus if passes(one, of[path])}
            expected = [
                ordinal for ordinal, (_, source) in enumerate(everything) if source.path in eligible
            ]
            selection = generation.passages.selector.select(one)
            assert np.flatnonzero(selection.passages).tolist() == expected, one
            found = gather_candidates(
                Query(question, 50, filter=one), None, vector, 1.0, generation
            )
            assert (found.ordinals.tolist() if found else []) == expected, one


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredGeneration]:
    corpus: dict[str, dict[str, object]] = {
        "news/a.md": {"publisher": "Coast Gazette", "tags": ["Ships", "copper"], "language": "en"},
        "news/b.md": {"publisher": "coast  GAZETTE", "language": "en-GB", "date": "2020-02-14"},
        "notes/c.md": {"authors": ["Ada Quill"], "language": "eng", "pages": "12"},
        "notes2/d.md": {"pages": "112", "date": "2019-12-31"},
    }
    with generation_of(corpus) as generation:
        yield generation


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (OneOf("publisher", ("Coast Gazette",)), "ab"),
        (OneOf("tags", ("SHIPS", "lava")), "a"),
        (AllOf((OneOf("tags", ("ships",)), OneOf("tags", ("copper",)))), "a"),
        (Not(OneOf("publisher", ("coast gazette",))), "cd"),
        (in_language("EN"), "ab"),
        (Prefix("path", "notes/"), "c"),
        (Prefix("path", "Notes"), ""),
        (Prefix("path", "notes"), "cd"),
        (Prefix("date", ""), "bd"),
        (dated(dt.date(2020, 1, 1), None), "b"),
        (dated(dt.date(2019, 12, 31), dt.date(2020, 2, 14)), "bd"),
        (Range("pages", lt=100), "c"),
        (Range("pages", gt="100"), "d"),
        (OneOf("pages", (12,)), "c"),
        (AllOf(()), "abcd"),
        (AnyOf(()), ""),
    ],
)
def test_what_a_filter_means(library: StoredGeneration, wanted: Filter, names: str) -> None:
    hits = Retriever(FakeEmbedder()).search(Query("copper", 50, filter=wanted), library)
    sources = [
        source for hit in hits for source in (hit.source, *(copy for _, copy in hit.duplicates))
    ]
    assert sorted({source.path[-4] for source in sources}) == list(names)


def test_a_filter_is_worked_out_once(library: StoredGeneration) -> None:
    first = library.passages.selector.select(OneOf("publisher", ("Coast Gazette",)))
    assert library.passages.selector.select(OneOf("publisher", ("Coast Gazette",))) is first
