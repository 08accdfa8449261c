"""The pages in the language of the reader."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from index.types import document_id
from service.http.languages import LANGUAGES
from service.web.phrases import CATALOGS, register_phrases
from tests.service.web.conftest import BROWSER, open_app
from tests.service.web.dom import parse
from tests.service.web.spoken import catalog, left_in_english, marked

FILES = {
    "en.md": "---\ndate: 1987-03-05\n---\n\nThe copper mine is old and nobody has seen the bees.\n",
    "de.md": "Die Bienen leben in der alten Kupfermine, und niemand hat sie je gesehen.\n",
}
OTHERS = sorted(set(LANGUAGES) - {"en"})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("languages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINCITE_FEEDBACK", str(folder / "feedback.sqlite"))
        return open_app(folder, FILES).test_client()


def get(client: FlaskClient, language: str, address: str = "/", **arguments: str) -> str:
    headers = BROWSER | {"Accept-Language": language}
    return client.get(address, query_string=arguments or None, headers=headers).text


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_every_phrase_with_its_values(language: str) -> None:
    translated = catalog(language)
    assert marked() <= translated.keys()
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


def test_all_catalogs_have_the_same_phrases() -> None:
    first, *others = (catalog(language).keys() for language in OTHERS)
    assert all(other == first for other in others)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200), ("/?q=copper+mine", 200), ("/?q=Bienen&top_k=99", 422),
        ("/?q=copper&since=soon&publisher=Nobody", 422), ("/?q=copper&until=1900-01-01", 200),
        ("/documents", 200), ("/documents?offset=99", 200), ("/documents?q=quince", 200),
        ("/documents?limit=many", 422), ("/documents/none", 404),
        (f"/documents/{document_id('en.md')}?start=30&end=60&q=copper#passage", 200),
        ("/status", 200), ("/docs", 200), ("/sign-in", 200), ("/nowhere", 404),
        ("/language/xx", 404),
    ],
)  # fmt: skip
def test_no_phrase_of_a_page_is_left_in_english(
    client: FlaskClient, language: str, address: str, status: int
) -> None:
    reply = client.get(address, headers=BROWSER | {"Accept-Language": language})
    assert reply.status_code == status
    assert left_in_english(parse(reply.text), language) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_nor_of_a_refused_key_or_of_thanks(client: FlaskClient, language: str) -> None:
    headers = BROWSER | {"Accept-Language": language}
    refused = client.post("/sign-in", data={"key": "wrong"}, headers=headers)
    answer = json.loads(client.get("/ask", query_string={"q": "copper"}).data)
    source = answer["passages"][0]["source"]
    given = {"q": "copper", "helpful": "yes"} | {
        name: source[name] for name in ("document_id", "start", "end")
    }
    thanks = client.post("/feedback", data=given, headers=headers)
    assert (refused.status_code, thanks.status_code) == (401, 200)
    for reply in (refused, thanks):
        assert left_in_english(parse(reply.text), language) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_the_chat_widget_speaks_the_language_that_the_browser_asks_for(
    client: FlaskClient, language: str
) -> None:
    reply = client.get("/widget.js", headers={"Accept-Language": language})
    assert f'"code": "{language}"' in reply.text
    assert json.dumps(catalog(language)["Your question"], ensure_ascii=False) in reply.text
    assert "Accept-Language" in reply.headers["Vary"]
    english = client.get("/widget.js", headers={"Accept-Language": "en"}).text
    assert '{ code: "en", direction: "ltr", words: {} }' in english


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


@pytest.mark.parametrize(("language", "unit"), [("en", " ms"), ("ru", " мс"), ("zh", "毫秒")])
def test_times_are_written_with_the_unit_of_the_reader(
    client: FlaskClient, language: str, unit: str
) -> None:
    assert re.search(rf"\d{unit}</span>", get(client, language, q="copper mine"))
    assert re.search(rf"\d{unit}", get(client, language, "/status"))


@pytest.mark.parametrize(
    ("language", "ends"), [("en", "<kbd>/</kbd> to ask, "), ("ar", "للسؤال، ")]
)
def test_the_keys_are_said_in_one_sentence_with_the_marks_of_its_language(
    client: FlaskClient, language: str, ends: str
) -> None:
    assert f"{ends}<kbd>j</kbd> <kbd>k</kbd>" in get(client, language)


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


def test_a_phrase_that_a_catalog_lacks_is_english(tmp_path: Path) -> None:
    text = (CATALOGS / "de.po").read_text(encoding="utf-8")
    (tmp_path / "de.po").write_text(text.replace('msgid "For programs"', 'msgid "Other"'))
    app = Flask(__name__)
    register_phrases(app, tmp_path)
    with app.test_request_context(headers={"Accept-Language": "de"}):
        page = render_template_string("{{ _('For programs') }}: {{ _('Ask your documents') }}")
    assert page == "For programs: Fragen Sie Ihre Dokumente"
