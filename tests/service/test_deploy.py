"""The files for deployment name existing settings and metrics, and grant no needless right."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from service.settings.settings import Settings, load_settings
from tests.conftest import ROOT
from tests.service.conftest import MakeApp

DEPLOY = ROOT / "service" / "deploy"
UNIT = (DEPLOY / "pincite.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
ALERTS = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
README = (ROOT / "service" / "README.md").read_text(encoding="utf-8")
_OF_THE_MODEL = {"PINCITE_CACHE"}  # no setting; see index/embedding/encoder_choice.py


@pytest.mark.parametrize("text", [UNIT, CONTAINER], ids=["unit", "container"])
def test_every_setting_is_one_and_takes_its_value(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = dict(re.findall(r"(PINCITE_[A-Z_]+)=(\S+)", text))
    assert len(found) >= 6
    for name in found.keys() - _OF_THE_MODEL:
        monkeypatch.setenv(name, found[name])
    assert {name.removeprefix("PINCITE_").lower() for name in found.keys() - _OF_THE_MODEL} <= set(
        Settings.model_fields
    )
    assert load_settings().log_requests


def test_nothing_runs_as_root_or_writes_where_it_need_not() -> None:
    assert {"User=pincite", "NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(UNIT.splitlines())
    assert re.search(r"^USER 10001", CONTAINER, re.MULTILINE)
    assert "--read-only" in CONTAINER


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "pincite"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / "pincite.service"
    unit.write_text(UNIT.replace("/opt/pincite/bin/pincite", str(program)))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)],
        env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_container_copies_is_there_and_not_left_out() -> None:
    wanted = re.search(r"^COPY (.*) /src/$", CONTAINER, re.MULTILINE)
    assert wanted
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (*wanted.group(1).split(), "index", "service"):
        assert (ROOT / name).exists()
        assert f"!{name}" in kept


def test_the_container_installs_the_tested_versions_by_their_hashes() -> None:
    [packages, own] = re.findall(r"pip install (.*?)(?= \\\n| && )", CONTAINER)
    assert packages.endswith("--require-hashes -r /src/service/deploy/requirements.txt")
    assert {"--no-deps", "--no-build-isolation", "/src"} <= set(own.split())
    text = (DEPLOY / "requirements.txt").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    for entry in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    constraints = (ROOT / ".constraints.txt").read_text(encoding="utf-8")
    tested = dict(re.findall(r"^([\w.-]+)==(\S+)", constraints, re.MULTILINE))
    assert {name: locked[name] for name in locked.keys() & tested.keys()} == {
        name: tested[name] for name in locked.keys() & tested.keys()
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[^\w.-]", one)[0].lower() for one in project["dependencies"]}
    assert wanted <= locked.keys()


def test_every_alert_asks_for_metrics_that_are_there_and_has_its_line_in_the_runbook(
    make_app: MakeApp,
) -> None:
    client = make_app().test_client()
    client.get("/ask?q=lava")
    families = text_string_to_metric_families(client.get("/metrics").text)
    there = {sample.name for family in families for sample in family.samples}
    assert len(ALERTS) >= 8
    for alert in ALERTS:
        asked = set(re.findall(r"\b(?:pincite|process)_[a-z_]+", alert["expr"]))
        assert asked <= there, alert
        assert f"| {alert['alert']} |" in README
    assert len(re.findall(r"^\| Pincite[A-Z]", README, re.MULTILINE)) == len(ALERTS)


def test_every_metric_is_described(make_app: MakeApp) -> None:
    text = make_app().test_client().get("/metrics").text
    told = re.findall(r"^# HELP (pincite_\w+)", text, re.MULTILINE)
    for name in (one for one in told if not one.endswith("_created")):
        short = "_" + name.removeprefix("pincite_").partition("_")[2]
        assert f"`{name}`" in README or f"`{short}`" in README, name
