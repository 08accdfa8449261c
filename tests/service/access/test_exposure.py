"""When a service needs keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.access.exposure import check_access, is_loopback
from service.access.key_file import create_key, read_keys
from service.access.keyring import Keyring
from service.settings.file import SettingsError
from service.settings.settings import load_settings
from tests.service.conftest import MakeApp, problem_of


@pytest.mark.parametrize(
    ("settings", "served"),
    [
        ({"host": "127.0.0.1"}, True),
        ({"host": "localhost"}, True),
        ({"host": "::1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "::"}, False),
        ({"host": "192.0.2.1"}, False),
        ({"host": "example.org"}, False),
        ({"host": "0.0.0.0", "no_auth": True}, True),
        ({"public_url": "http://localhost:8000/p/"}, True),
        ({"public_url": "https://docs.example.org"}, False),
        ({"hosts": ["docs.example.org"]}, False),
        ({"proxies": 1}, False),
        ({"proxies": 1, "no_auth": True}, True),
    ],
)
def test_an_address_that_others_reach_takes_keys_or_to_be_told(
    tmp_path: Path, settings: dict[str, object], served: bool
) -> None:
    chosen = load_settings(keys=tmp_path / "keys.json", **settings)
    if served:
        check_access(chosen, Keyring(chosen.keys))
    else:
        with pytest.raises(SettingsError, match=r"no keys in .*keys\.json; make one with: pincite"):
            check_access(chosen, Keyring(chosen.keys))
        create_key(chosen.keys, "ask", "", [])
        check_access(chosen, Keyring(chosen.keys))
        assert read_keys(chosen.keys)


@pytest.mark.parametrize(
    ("address", "here"),
    [("127.8.0.1", True), ("::1", True), ("10.0.0.1", False), ("0.0.0.0", False), ("", False)],
)
def test_what_the_machine_itself_is(address: str, here: bool) -> None:
    assert is_loopback(address) is here


def test_a_file_of_keys_that_has_vanished_opens_nothing(tmp_path: Path) -> None:
    chosen = load_settings(keys=tmp_path / "keys.json")
    create_key(chosen.keys, "ask", "", [])
    chosen.keys.unlink()
    with pytest.raises(SettingsError, match="has vanished; restore it"):
        check_access(chosen, Keyring(chosen.keys))
    (tmp_path / "keys.json.lock").unlink()  # as the message says
    check_access(chosen, Keyring(chosen.keys))


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_without_keys_a_request_that_a_proxy_passed_on_is_refused(
    make_app: MakeApp, header: str
) -> None:
    headers = {header: "203.0.113.7"}
    refused = make_app().test_client().get("/ask?q=lava", headers=headers)
    problem_of(refused, 403)
    assert header in refused.text
    open_to_all = make_app(no_auth=True).test_client()
    assert open_to_all.get("/ask?q=lava", headers=headers).status_code == 200
