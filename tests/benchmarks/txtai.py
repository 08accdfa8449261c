"""Runs txtai, the nearest peer, by its own API with a hybrid index over the same passages.

It runs in its own virtual environment, because it needs other versions of libraries.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import yaml
from platformdirs import user_cache_path

from index import DEFAULT_MODEL, locate_model
from tests.benchmarks.load import Address
from tests.benchmarks.processes import Service, running
from tests.server import free_port

_PACKAGES = ("torch==2.13.0", "txtai[api,similarity]==9.14.0")


def service(python: Path, folder: Path) -> Service:
    """Return its service on the index in `folder`, run by `python`."""
    settings = {
        "path": str(folder / "index"),
        "writable": True,
        "embeddings": {
            "path": locate_model(DEFAULT_MODEL).location,
            "hybrid": True,
            "content": True,  # replies hold the text, as Pincite's do
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    port = free_port()
    module = ("-m", "uvicorn", "txtai.api:app", "--no-access-log", "--port", str(port))
    return Service(
        "txtai",
        (str(python), *module),
        Address("127.0.0.1", port, "/search?limit=5&query="),
        {"CONFIG": str(folder / "app.yml"), "HF_HUB_OFFLINE": "1"},
    )


def build(python: Path, folder: Path, passages: Sequence[str]) -> None:
    """Index passages in `folder` through its API."""
    empty = service(python, folder)
    empty = replace(empty, address=replace(empty.address, path="/count?"))
    base = f"http://{empty.address.host}:{empty.address.port}"
    with running(empty, ""), httpx.Client(base_url=base, timeout=3600) as client:
        records = [{"id": str(place), "text": text} for place, text in enumerate(passages)]
        client.post("/add", json=records).raise_for_status()
        client.get("/index").raise_for_status()
        assert client.get("/count").json() == len(passages)


def python_with_txtai(given: Path | None) -> Path:
    """Return a Python that has txtai: the one given, or one made in the user's cache folder.

    Making it takes minutes and a gigabyte, once.
    """
    if given is not None:
        return given
    folder = user_cache_path("pincite") / "benchmarks" / "txtai"
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *_PACKAGES], check=True)
        (folder / "done").touch()
    return python
