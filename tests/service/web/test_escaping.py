"""Text of documents and questions never becomes markup."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.service.web.conftest import BROWSER, open_app
from tests.service.web.dom import Node, parse

SCRIPT = "<script>alert(1)</script>"
TITLE = f"Copper {SCRIPT} & \"quotes\" 'here'"
BODY = (
    f"</mark></p></article>{SCRIPT} copper\n"
    "<img src=x onerror=alert(2)> &amp; &lt;b&gt; {{ 7*7 }}\n"
)
FILE = 'a"><svg onload=alert(3)>.md'
HOSTILE = {
    FILE: "---\n"
    f"title: |-\n  {TITLE}\n"
    f"publisher: 'Press\"><svg onload=alert(4)>'\n"
    f"authors: ['<b>Ada</b>', '{SCRIPT}']\n"
    "url: 'javascript:alert(5)'\n"
    "language: 'en\" onload=\"alert(6)'\n"
    f"tags: ['{SCRIPT}']\n"
    f"source: '{SCRIPT}'\n"
    "date: 2020-01-02\n"
    f"---\n# {SCRIPT} heading\n\n{BODY}"
}
QUESTIONS = [
    SCRIPT,
    f'"><svg onload=alert(7)> copper {SCRIPT}',
    "{{ 7*7 }} copper",
    "a\u2028</title>",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return open_app(tmp_path_factory.mktemp("hostile"), HOSTILE).test_client()


def clean(client: FlaskClient, address: str, **arguments: str) -> Node:
    """Return a page, once it holds only elements and attributes that the templates write."""
    response = client.get(address, query_string=arguments or None, headers=BROWSER)
    tree = parse(response.text)
    for node in tree:
        assert node.tag != "script" or (node.attributes["src"], node.text) == (
            "/static/page.js",
            "",
        )
        assert node.tag not in {"svg", "b", "style", "iframe", "object", "template"}
        assert node.tag != "img" or node.attributes["src"] == "/static/icon.svg"
        assert not [name for name in node.attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert node.attributes.get(name, "/")[:1] in {"/", "#"}, node
    return tree


def source_of(tree: Node) -> str:
    return tree.all("article")[0].one("h3").one("a").attributes["href"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_text(client: FlaskClient, question: str) -> None:
    tree = clean(client, "/", q=question)
    assert tree.one("input", id="q").attributes["value"] == question
    source = clean(client, source_of(tree))
    assert source.one(class_="back").line == " ".join(f"Back to the results: “{question}”".split())
    assert clean(client, source.one(class_="back").one("a").attributes["href"]).all("article")


def test_a_passage_is_text(client: FlaskClient) -> None:
    first = clean(client, "/", q="copper").all("article")[0]
    assert first.one("h3").text == TITLE
    assert first.one(class_="text").text in HOSTILE[FILE]
    assert first.all(class_="citation")[0].text.startswith("<b>Ada</b>, " + SCRIPT)


def test_a_document_is_text(client: FlaskClient) -> None:
    tree = clean(client, source_of(clean(client, "/", q="copper")))
    assert tree.one("h1").text == TITLE
    assert tree.one("article").text == f"# {SCRIPT} heading\n\n{BODY}"
    facts = {
        term.text: value.text for term, value in zip(tree.all("dt"), tree.all("dd"), strict=True)
    }
    assert facts == {
        "Publisher": 'Press"><svg onload=alert(4)>',
        "Authors": f"<b>Ada</b>, {SCRIPT}",
        "Date": "2 January 2020",
        "Original source": SCRIPT,
        "Address": "javascript:alert(5)",
        "File": FILE,
        "Tags": SCRIPT,
        "Indexed": "1 passage",
    }


def test_the_list_and_the_form_are_text(client: FlaskClient) -> None:
    for address in ("/", "/documents"):
        assert TITLE in clean(client, address).text


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        (f"/documents/{SCRIPT}", {}),
        ("/documents", {"limit": SCRIPT}),
        ("/", {"q": "x", "top_k": SCRIPT}),
        ("/", {"q": "x", SCRIPT: "y"}),
        (f"/{SCRIPT}", {}),
    ],
)
def test_an_error_is_text(client: FlaskClient, address: str, arguments: dict[str, str]) -> None:
    clean(client, address, **arguments)
