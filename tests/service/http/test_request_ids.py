from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from flask.logging import default_handler
from flask.testing import FlaskClient


@pytest.mark.parametrize("name", ["a", "3f2c-9.B_1", "x" * 64])
@pytest.mark.parametrize("address", ["/ask?q=lava", "/nowhere", "/healthz", "/?q=lava"])
def test_a_request_keeps_its_name(client: FlaskClient, name: str, address: str) -> None:
    response = client.get(address, headers={"X-Request-Id": name})
    assert response.headers["X-Request-Id"] == name


@pytest.mark.parametrize("name", [None, "", "x" * 65, "a b", "a\tb", "ü", "<script>"])
def test_a_request_without_one_that_can_stand_in_a_log_is_given_one(
    client: FlaskClient, name: str | None
) -> None:
    headers = {} if name is None else {"X-Request-Id": name}
    given = {client.get("/healthz", headers=headers).headers["X-Request-Id"] for _ in range(4)}
    assert len(given) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in given)


def test_every_line_that_is_logged_of_a_request_bears_its_name(app: Flask) -> None:
    def line() -> str:
        record = logging.LogRecord("x", logging.INFO, "", 0, "what happened", None, None)
        assert default_handler.filter(record)
        return str(default_handler.format(record))

    with app.test_request_context("/healthz", headers={"X-Request-Id": "mine"}):
        app.preprocess_request()
        assert line().endswith(" INFO mine what happened")
    assert line().endswith(" INFO - what happened")
