from __future__ import annotations

from typing import Any

import pytest

from service.clients.http import ServiceError, ask
from tests.server import free_port
from tests.service.conftest import Sent

QUESTION = "Who weighs the copper at dawn?"


def test_a_question_gets_a_typed_reply(live: str, sent: list[Sent]) -> None:
    reply = ask(QUESTION, url=f"{live}/", token="secret", top_k=1, filters={"tags": "ships"})
    assert reply.answer is not None
    assert reply.answer.text == "Merchants weigh it at dawn."
    assert [one.source.path for one in reply.passages] == ["harbour.md"]
    assert sent[-1].headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"top_k": 99}, "refused the question (422): top_k: found 99, allowed: a whole number"),
        ({"filters": {"colour": "red"}}, "refused the question (422): filters.colour"),
    ],
)
def test_what_is_refused_is_said(live: str, options: dict[str, Any], part: str) -> None:
    with pytest.raises(ServiceError) as refused:
        ask(QUESTION, url=live, **options)
    assert part in str(refused.value)


def test_what_is_no_pincite_is_said(live: str) -> None:
    with pytest.raises(ServiceError, match=r"\(404\)"):
        ask(QUESTION, url=f"{live}/elsewhere")
    for url in (f"http://127.0.0.1:{free_port()}", "not an address", "http://[", ""):
        with pytest.raises(ServiceError, match="start one with: pincite serve"):
            ask(QUESTION, url=url)
