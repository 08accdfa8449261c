"""The pages in the language of the reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from service.answers.certainty import MEANINGS
from service.http.languages import LANGUAGES
from service.web.phrases import CATALOGS
from tests.conftest import ROOT
from tests.service.web.conftest import BROWSER, open_app

FILES = {
    "en.md": "---\ndate: 1987-03-05\n---\n\nThe copper mine is old and nobody has seen the bees.\n",
    "de.md": "Die Bienen leben in der alten Kupfermine, und niemand hat sie je gesehen.\n",
}
TEMPLATES = ROOT / "service" / "web" / "templates"
OTHERS = sorted(set(LANGUAGES) - {"en"})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return open_app(tmp_path_factory.mktemp("languages"), FILES).test_client()


def get(client: FlaskClient, language: str, address: str = "/", **arguments: str) -> str:
    headers = BROWSER | {"Accept-Language": language}
    return client.get(address, query_string=arguments or None, headers=headers).text


def phrases() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        TEMPLATES,
        [("**.html", "jinja2.ext:babel_extract")],
        {"**.html": {}},
        keywords={"_": None, "ngettext": (1, 2)},
    )
    return {message for _, _, message, _, _ in found} | set(MEANINGS) | set(MEANINGS.values())


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_every_phrase_with_its_values(language: str) -> None:
    with (CATALOGS / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    translated = {message.id: message.string for message in catalog if message.id}
    assert phrases() <= translated.keys()
    for phrase, found in translated.items():
        sources, forms = (
            [one] if isinstance(one, str) else list(one or ()) for one in (phrase, found)
        )
        values = set(re.findall(r"%\(\w+\)s", sources[-1]))
        assert all(forms), phrase
        if isinstance(phrase, str):
            assert values == set(re.findall(r"%\(\w+\)s", forms[0])), phrase
        else:
            assert set(re.findall(r"%\(\w+\)s", "".join(forms))) <= values


@pytest.mark.parametrize(
    ("wanted", "language", "direction", "phrase"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "ltr", "Fragen Sie Ihre Dokumente"),
        ("ar", "ar", "rtl", "اسأل مستنداتك"),
        ("zh-CN", "zh", "ltr", "向您的文档提问"),
        ("ru", "ru", "ltr", "Спросите свои документы"),
        ("nl, fr;q=0.5", "fr", "ltr", "Interrogez vos documents"),
        ("nl", "en", "ltr", "Ask your documents"),
        ("", "en", "ltr", "Ask your documents"),
    ],
)
def test_the_page_speaks_the_language_that_the_browser_asks_for(
    client: FlaskClient, wanted: str, language: str, direction: str, phrase: str
) -> None:
    page = get(client, wanted)
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert phrase in page


def test_a_link_changes_the_language_and_a_cookie_keeps_it(client: FlaskClient) -> None:
    page = get(client, "de", q="copper")
    assert 'href="/language/es?back=/?q%3Dcopper"' in page
    reply = client.get("/language/es", query_string={"back": "/?q=copper"})
    assert (reply.status_code, reply.location) == (303, "/?q=copper")
    try:
        assert '<html lang="es"' in get(client, "de")
    finally:
        client.delete_cookie("pincite_language")


def test_a_language_without_a_catalog_is_refused_and_another_site_is_no_way_back(
    client: FlaskClient,
) -> None:
    assert client.get("/language/xx").status_code == 404
    elsewhere = client.get("/language/en", query_string={"back": "//example.org/"})
    client.delete_cookie("pincite_language")
    assert elsewhere.location == "/"


def test_a_page_in_another_language_is_not_taken_for_the_one_in_the_cache(
    client: FlaskClient,
) -> None:
    tag = client.get("/documents", headers=BROWSER).headers["ETag"]
    headers = BROWSER | {"If-None-Match": tag}
    assert client.get("/documents", headers=headers).status_code == 304
    reply = client.get("/documents", headers=headers | {"Accept-Language": "de"})
    assert reply.status_code == 200
    assert "Accept-Language" in reply.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    ("language", "date"), [("en", "5 March 1987"), ("de", "5. März 1987"), ("zh", "1987年3月5日")]
)
def test_dates_are_written_as_the_reader_writes_them(
    client: FlaskClient, language: str, date: str
) -> None:
    page = get(client, language, q="copper mine")
    assert f'<time datetime="1987-03-05">{date}</time>' in page


def test_dates_of_the_interface_for_programs_do_not_follow_the_reader(client: FlaskClient) -> None:
    reply = client.get("/ask", query_string={"q": "copper"}, headers={"Accept-Language": "de"})
    assert "1987-03-05" in reply.text


def test_a_passage_states_its_language(client: FlaskClient) -> None:
    page = get(client, "ar", q="copper mine Bienen")
    assert '<div class="text" lang="en" dir="auto">' in page
    assert '<div class="text" lang="de" dir="auto">' in page


def test_an_answer_in_another_language_than_the_question_says_so(tmp_path: Path) -> None:
    english = open_app(tmp_path, {"en.md": FILES["en.md"]}).test_client()
    german, same = "Wie alt ist die Mine aus Kupfer?", "How old is the copper mine?"
    assert "Answered from a document in English" in get(english, "en", q=german)
    assert "Beantwortet aus einem Dokument in der Sprache Englisch" in get(english, "de", q=german)
    assert "Answered from" not in get(english, "en", q=same)


def test_a_phrase_that_a_catalog_lacks_is_english(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from service.web import phrases as module

    text = (CATALOGS / "de.po").read_text(encoding="utf-8")
    (tmp_path / "de.po").write_text(text.replace('msgid "For programs"', 'msgid "Other"'))
    monkeypatch.setattr(module, "CATALOGS", tmp_path)
    module._catalog.cache_clear()
    try:
        page = get(client, "de")
    finally:
        module._catalog.cache_clear()
    assert "For programs" in page
    assert "Fragen Sie Ihre Dokumente" in page
