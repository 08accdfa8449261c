from __future__ import annotations

import datetime as dt

import pytest

from index import DocumentError, Metadata
from index.corpus.readers.front_matter import parse_metadata

KEYS = ("title", "publisher", "authors", "date", "url", "language", "tags", "source")
TITLED = Metadata(title="T", origins=(("title", "stated"),))


def parse(yaml_text: str) -> Metadata:
    return parse_metadata(yaml_text, "a.md: front matter", "fallback")


def test_every_known_key_is_read() -> None:
    assert parse(
        "title: T\npublisher: P\nauthors: [A, B]\ndate: 2020-02-14\nurl: https://example.org\n"
        "language: en\ntags: [x, y]\nsource: S"
    ) == Metadata(
        title="T",
        publisher="P",
        authors=("A", "B"),
        date=dt.date(2020, 2, 14),
        url="https://example.org",
        language="en",
        tags=("x", "y"),
        source="S",
        origins=tuple((key, "stated") for key in KEYS),
    )


@pytest.mark.parametrize(
    "empty", ["", "# only a comment", "title:", "title: ''", "title: ' '", "title: null"]
)
def test_the_title_falls_back_where_none_is_given(empty: str) -> None:
    assert parse(empty) == Metadata(title="fallback")


@pytest.mark.parametrize(
    "key", ["publisher", "authors", "date", "url", "language", "tags", "source"]
)
def test_a_key_without_a_value_is_as_if_it_were_absent(key: str) -> None:
    assert parse(f"title: T\n{key}:\n") == TITLED


@pytest.mark.parametrize(
    ("yaml_text", "held"),
    [
        ("layout: post", {"layout": ("post",)}),
        ("draft: false\nyear: 007", {"draft": ("false",), "year": ("007",)}),
        ("tiers: [gold, ' silver ']", {"tiers": ("gold", "silver")}),
        ("nested: {a: [1, 2], b: {c: x}}", {"nested.a": ("1", "2"), "nested.b.c": ("x",)}),
        ("people: [{name: Ada}, {name: Ben}]", {"people.name": ("Ada", "Ben")}),
        ("empty:\nblank: ' '\nnone: []\nnothing: {}", {}),
    ],
)
def test_keys_that_have_no_field_are_kept_with_their_values(
    yaml_text: str, held: dict[str, tuple[str, ...]]
) -> None:
    found = parse(yaml_text)
    assert dict(found.extra) == held
    assert dict(found.origins) == dict.fromkeys(held, "stated")


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        ("author: Ada", "authors", ("Ada",)),
        ("author: [Ada, Ben]", "authors", ("Ada", "Ben")),
        ("lang: de", "language", "de"),
        ("keywords: [x]", "tags", ("x",)),
    ],
)
def test_names_that_other_tools_give_to_a_field_are_known(
    given: str, key: str, value: object
) -> None:
    found = parse(given)
    assert getattr(found, key) == value
    assert found.extra == ()


@pytest.mark.parametrize(
    ("given", "day", "precision"),
    [
        ("2020", dt.date(2020, 1, 1), "year"),
        ("2020-02", dt.date(2020, 2, 1), "month"),
        ("2020-02-14", dt.date(2020, 2, 14), "day"),
    ],
)
def test_a_year_or_a_month_stands_for_its_first_day_and_is_written_as_it_was(
    given: str, day: dt.date, precision: str
) -> None:
    found = parse(f"date: {given}")
    assert (found.date, found.precision, found.written_date()) == (day, precision, given)


def test_an_empty_text_is_no_name() -> None:
    assert parse("authors: ''\ntags: ''") == Metadata(title="fallback")


@pytest.mark.parametrize("key", ["authors", "tags"])
def test_a_single_name_is_a_list_of_one(key: str) -> None:
    assert getattr(parse(f"{key}: Ada Quill"), key) == ("Ada Quill",)


@pytest.mark.parametrize(
    "given", ["1984", "007", "3.50", "12:30", "1_000", "2020-02-14", "no", "Nullable", "nul", "~x"]
)
def test_a_value_that_looks_like_something_else_stays_what_was_written(given: str) -> None:
    found = parse(f"title: {given}\nlanguage: {given}\ntags: [{given}]")
    assert (found.title, found.language, found.tags) == (given, given, (given,))


def test_a_tag_makes_nothing_but_text() -> None:
    found = parse("title: !!python/object:os.system x\nurl: !!int 0x10")
    assert (found.title, found.url) == ("x", "0x10")


@pytest.mark.parametrize(
    "given",
    ["2020-02-14", "'2020-02-14'", "2020-02-14T11:30:00Z", "2020-02-14 23:59:59 +04:00"],
)
def test_a_date_may_be_a_day_or_a_moment_and_keeps_the_day_that_was_written(given: str) -> None:
    assert parse(f"date: {given}").date == dt.date(2020, 2, 14)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("{title: Old harbour, publisher: Gazette}", "Old harbour, Gazette"),
        ("{title: Old harbour}", "Old harbour"),
        ("{publisher: Gazette}", "Gazette"),
        ("{}", None),
        ("Old harbour", "Old harbour"),
    ],
)
def test_a_source_becomes_one_line(source: str, line: str | None) -> None:
    assert parse(f"source: {source}").source == line


@pytest.mark.parametrize(
    ("yaml_text", "key"),
    [
        ("date: yesterday", "date"),
        ("date: '2020-02-30'", "date"),
        ("date: 2020-13-45", "date"),
        ("date: 2020-13", "date"),
        ("date: '0000'", "date"),
        ("date: '86400'", "date"),
        ("date: 2020-02-14 or so", "date"),
        ("date: [2020-02-14]", "date"),
        ("authors: {first: Ada}", "authors"),
        ("authors: [[Ada]]", "authors"),
        ("tags: [[5]]", "tags"),
        (r'title: "\ud800"', "title"),
        ("title: [a, b]", "title"),
        ("url: {href: x}", "url"),
        ("source: [a]", "source"),
        ("source: {title: [a]}", "source"),
    ],
)
def test_a_key_with_a_value_it_may_not_hold_is_named(yaml_text: str, key: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.md: .*\b{key}\b") as caught:
        parse(yaml_text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "yaml_text",
    [
        "title: [unclosed",
        "title: 'unclosed",
        "a: b: c",
        "title: x\n  y: z",
        "\ttitle: x",
        "title: *nowhere",
        f"title: *{'nowhere' * 500}",
        "title: &a [*a]",
        "x: \x07",
        "[" * 5000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_not_yaml_is_refused_in_one_line(yaml_text: str) -> None:
    with pytest.raises(DocumentError, match=r"^a\.md: front matter is not valid YAML") as caught:
        parse(yaml_text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("yaml_text", ["just words", "- a\n- list", "5"])
def test_front_matter_that_is_no_mapping_is_refused(yaml_text: str) -> None:
    with pytest.raises(DocumentError, match=r"^a\.md: front matter must be a mapping"):
        parse(yaml_text)


def test_a_value_that_is_refused_is_shown_in_part_where_it_is_long() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 5):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    for value in ("title: *a4", f"title: [{'long, ' * 500}]", f"date: {'long' * 500}"):
        with pytest.raises(DocumentError, match=r"^a\.md: .*\b(title|date)\b") as caught:
            parse(bomb + value)
        assert len(str(caught.value)) < 300


def test_text_that_a_source_names_by_alias_is_not_multiplied() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 12):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    with pytest.raises(DocumentError, match=r"\bsource\b.*title and publisher must be text"):
        parse(bomb + "source: {title: *a11}")


def bomb(leaf: str) -> str:
    lines = f"a0: &a0 [{', '.join([leaf] * 100)}]\n"
    for level in range(1, 7):
        lines += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 100)}]\n"
    return lines


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("yaml_text", "words"),
    [
        (bomb("x"), "more than 1,000 values"),
        (bomb("~"), "more than 1,000 values"),
        (bomb("[]"), "more than 1,000 values"),
        ("a: &a [*a]", "recursive"),
        (f"a: {'[' * 9}x{']' * 9}", "nested more than 8 deep"),
        (f"a: {'long ' * 30000}", "100,000 characters"),
        (r'a: "\ud800"', "lone surrogate"),
        (r'"\ud800": a', "unicode"),
    ],
    ids=["texts", "nulls", "lists", "cycle", "deep", "long", "surrogate", "key"],
)
def test_keys_that_hold_more_than_metadata_may_are_refused(yaml_text: str, words: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.md: front matter.*{words}") as caught:
        parse(yaml_text)
    assert len(str(caught.value)) < 300
