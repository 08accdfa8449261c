from __future__ import annotations

import pytest
from lxml import etree

from index.corpus.readers.archive import open_archive, parse_xml
from index.errors import DocumentError
from tests.index.corpus.readers.archives import LAUGHS, claiming, zip_of


def test_an_archive_gives_its_files() -> None:
    assert open_archive(zip_of({"a": "Words."}), "x.odt", "a text").read("a") == b"Words."


def test_a_file_that_unpacks_to_more_than_it_claims_is_never_unpacked_whole() -> None:
    archive = open_archive(claiming(zip_of({"a": "x" * 100_000}), 10), "x.odt", "a text")
    with pytest.raises(Exception, match="CRC"):
        archive.read("a")


def test_the_reason_names_file_and_kind() -> None:
    with pytest.raises(DocumentError, match=r"^x\.odt: is not a text; "):
        open_archive(b"Words.", "x.odt", "a text")


@pytest.mark.parametrize("entity", ["&f;", "&g;"])
def test_no_entity_is_expanded_or_fetched(entity: str) -> None:
    root = parse_xml(f"{LAUGHS}<x>a{entity}b</x>".encode())
    assert etree.tostring(root, with_tail=False) == f"<x>a{entity}b</x>".encode()


def test_xml_nested_without_end_is_refused() -> None:
    with pytest.raises(etree.XMLSyntaxError, match="depth"):
        parse_xml(b"<a>" * 10_000)
