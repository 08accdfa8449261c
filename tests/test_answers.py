"""What the documents that ship answer, with every source that says it, by the models that ship."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from service.schemas.answers import AskReply
from tests.conftest import ROOT
from tests.server import PINCITE

pytestmark = [pytest.mark.system, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers") / "index"
    given = ["--documents", str(ROOT / "documents"), "--index", str(folder)]
    subprocess.run([PINCITE, "index", *given], check=True, capture_output=True)
    return folder


def ask(index: Path, question: str) -> AskReply:
    done = subprocess.run(
        [PINCITE, "ask", "--index", index, "--json", question],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return AskReply.model_validate(json.loads(done.stdout))


def said(reply: AskReply) -> list[tuple[str, str]]:
    """Return what each source answers, with its year: the answer first, then the alternatives."""
    assert reply.answer is not None
    sources = [reply.answer, *(one for group in reply.alternatives for one in group.sources)]
    return [(one.span.text if one.span else "", (one.date or "")[:4]) for one in sources]


def test_two_dates_of_one_status_stand_beside_each_other_with_their_sources(index: Path) -> None:
    reply = ask(index, "When did Azerbaijan become a dialogue partner of the SCO?")
    assert said(reply) == [("10 July 2015", "2024"), ("March 2016", "2018")]
    assert reply.agreement is not None
    assert reply.agreement.kind == "differ"


def test_the_holders_of_an_office_are_shown_with_their_times_newest_first(index: Path) -> None:
    reply = ask(index, "Who is the Secretary-General of the SCO?")
    assert [(words.split()[-1], year) for words, year in said(reply)] == [
        ("Ming", "2024"), ("Ming", "2023"), ("Norov", "2020"), ("Alimov", "2018"),
    ]  # fmt: skip
    assert [one.agrees for one in reply.alternatives] == [True, False, False]
    assert reply.agreement is not None
    assert reply.agreement.kind == "changed"


def test_the_holder_of_a_year_leads(index: Path) -> None:
    reply = ask(index, "Who was the Secretary-General of the SCO in 2020?")
    assert reply.answer is not None
    assert "Norov" in reply.answer.text
    assert reply.answer.date == "2020-02-14"
    assert reply.agreement is None or reply.agreement.kind == "agree"
