from __future__ import annotations

import pytest

from index.embedding.prompts import Prompts, find_family

SEARCHED = "Represent this sentence for searching relevant passages: "


@pytest.mark.parametrize(
    ("name", "family", "question", "passage"),
    [
        ("intfloat/multilingual-e5-small", "E5", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "E5", "query: ", "passage: "),
        ("BAAI/bge-small-en-v1.5", "BGE", SEARCHED, ""),
        ("BAAI/bge-base-zh-v1.5", "BGE in Chinese", "为这个句子生成表示以用于检索相关文章：", ""),
        ("BAAI/bge-m3", "BGE-M3", "", ""),
        ("thenlper/gte-small", "GTE", "", ""),
        ("Alibaba-NLP/gte-multilingual-base", "GTE", "", ""),
        ("Snowflake/snowflake-arctic-embed-m", "Arctic", SEARCHED, ""),
        ("Snowflake/snowflake-arctic-embed-m-v2.0", "Arctic 2", "query: ", ""),
        ("nomic-ai/nomic-embed-text-v1.5", "Nomic", "search_query: ", "search_document: "),
        ("nomic-ai/modernbert-embed-base", "Nomic", "search_query: ", "search_document: "),
        ("mixedbread-ai/mxbai-embed-large-v1", "Mixedbread", SEARCHED, ""),
        ("sentence-transformers/all-MiniLM-L6-v2", "sentence-transformers", "", ""),
        ("sentence-transformers/multi-qa-mpnet-base-cos-v1", "sentence-transformers", "", ""),
    ],
)
def test_a_family_is_known_by_its_names(
    name: str, family: str, question: str, passage: str
) -> None:
    found = find_family(name)
    assert found is not None
    assert (found.name, found.question, found.passage) == (family, question, passage)


def test_instructions_of_e5_stand_before_questions_only() -> None:
    found = find_family("intfloat/multilingual-e5-large-instruct")
    assert found is not None
    assert (found.question[:10], found.passage) == ("Instruct: ", "")


@pytest.mark.parametrize("name", ["some/model", "tone5-small", "", "huge-gtex", "my-nomic"])
def test_other_names_are_of_no_family(name: str) -> None:
    assert find_family(name) is None


def test_the_first_name_that_is_known_counts() -> None:
    found = find_family("my-model", "BAAI/bge-m3", "intfloat/e5-small")
    assert found is not None
    assert found.name == "BGE-M3"


def test_a_setting_comes_before_the_model_and_the_model_before_its_family() -> None:
    family = find_family("intfloat/e5-small")
    assert Prompts(family=family).resolve("", "") == ("query: ", "passage: ")
    assert Prompts(family=family).resolve("ask: ", "") == ("ask: ", "")
    assert Prompts(question="", family=family).resolve("ask: ", "say: ") == ("", "say: ")
    assert Prompts().resolve("", "") == ("", "")
