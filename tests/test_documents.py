"""The documents that ship: whole, described, and in our own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index import Document, Folder
from tests.conftest import ROOT

DOCUMENTS = ROOT / "documents"
SEEDS = ROOT.parent / "shared" / "seeds"
RUN = 8
WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
# Words that join the parts of a name, as in Conference of the Parties to the Convention.
JOINING = {"a", "and", "at", "for", "in", "of", "on", "the", "to", "with"}


def documents() -> list[Document]:
    folder = Folder(DOCUMENTS)
    return [folder.read(file) for file in folder.files()]


def runs(words: list[str]) -> dict[tuple[str, ...], list[str]]:
    """Return every run of RUN words, folded, with the words as they were written."""
    return {
        tuple(word.casefold() for word in words[place : place + RUN]): words[place : place + RUN]
        for place in range(len(words) - RUN + 1)
    }


def is_name(words: list[str]) -> bool:
    return all(word in JOINING or word[0].isupper() or word[0].isdigit() for word in words)


def test_there_is_at_least_one_document_for_each_of_five_articles() -> None:
    assert len(documents()) >= 5
    assert len({document.metadata.source for document in documents()}) >= 5


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.path)
def test_a_document_states_where_it_comes_from(document: Document) -> None:
    meta = document.metadata
    assert document.path.endswith(".md")
    assert meta.title
    assert meta.date is not None
    assert meta.publisher
    assert meta.source
    assert meta.publisher in meta.source, "a source is an article's title and its publisher"
    assert len(meta.source) > len(meta.publisher) + 2
    assert meta.language == "en"
    assert len(meta.tags) == len(set(meta.tags)) > 0
    assert document.path.startswith(meta.date.isoformat())
    assert len(document.text[document.body :].split()) > 150


def test_both_accounts_of_when_the_status_was_granted_stand_each_with_its_source() -> None:
    found = {
        day: [document.path for document in documents() if day in document.text]
        for day in ("10 July 2015", "March 2016")
    }
    assert all(found.values()), found


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the articles are not part of a clone")
@pytest.mark.parametrize("document", documents(), ids=lambda document: document.path)
def test_a_document_shares_no_run_of_words_with_an_article_but_names(document: Document) -> None:
    articles = [path.read_text(encoding="utf-8") for path in sorted(Path(SEEDS).iterdir())]
    assert articles
    known = {run for article in articles for run in runs(WORD.findall(article))}
    own = runs(WORD.findall(document.text[document.body :]))
    shared = [" ".join(words) for run, words in own.items() if run in known and not is_name(words)]
    assert shared == []
