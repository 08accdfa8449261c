"""The image of deploy/Containerfile, made and run without a daemon, as its comment says.

The tree is installed as the Containerfile installs it, without the packages that it depends on,
which are those of this environment. Then namespaces give it what a container has: a read-only root,
another user without privileges, and one writable volume.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.conftest import ROOT
from tests.server import free_port, wait_until_ready
from tests.test_readme import PACKAGES

pytestmark = [pytest.mark.system, pytest.mark.timeout(1200)]

CONTAINER = (ROOT / "service" / "deploy" / "Containerfile").read_text(encoding="utf-8")
SCRIPT = Path(__file__).with_name("container.sh")
CACHE = Path.home() / ".cache" / "pincite"
USER = 65534  # nobody
PYTHON = str(Path(sys.executable).resolve())  # in whose own folder no Pincite is installed

# Prints which mounts can be written, and the user with its capabilities.
PROBE = """
import os
mounts = [line.split() for line in open("/proc/self/mounts")]
print(sorted({place for _, place, _, options, *_ in mounts
              if "rw" in options.split(",") and not place.startswith(("/proc", "/dev"))}))
print(os.getuid(), open("/proc/self/status").read().split("CapEff:")[1].split()[0])
"""


class Image(NamedTuple):
    """The folder that Pincite is installed in, the volume, and the environment."""

    installed: Path
    data: Path
    environment: Mapping[str, str]

    def command(self, *command: str) -> list[str]:
        """Return the command line that runs a command in the container."""
        mounts = {folder: folder for folder in (sys.base_prefix, *FOLDERS)}
        mounts |= {"/installed": str(self.installed), "/documents": str(ROOT / "documents")}
        return [
            "unshare", "--mount", "--pid", "--fork", "--kill-child",
            "sh", str(SCRIPT), str(USER), str(self.data),
            *(word for path, folder in mounts.items() for word in (folder, path)),
            "--", "env", "-i", *(f"{name}={value}" for name, value in self.environment.items()),
            *command,
        ]  # fmt: skip

    def run(self, *command: str) -> str:
        """Run a command in the container, and return what it prints."""
        done = subprocess.run(self.command(*command), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


FOLDERS = PACKAGES.split(os.pathsep)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    folder = tmp_path_factory.mktemp("image")
    installed, data, tree = folder / "installed", folder / "data", folder / "src"
    installed.mkdir()
    data.mkdir()
    environment = {
        **dict(re.findall(r"(P[A-Z_]+)=(\S+)", CONTAINER.partition("ENV ")[2])),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(["/installed", *FOLDERS]),
        "PINCITE_PORT": str(free_port()),
    }
    made = Image(installed, data, environment)
    if not shutil.which("unshare"):
        pytest.skip("unshare is not installed")
    tried = subprocess.run(made.command("true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this kernel or user permits no namespaces: {tried.stderr.strip()}")
    for names in re.findall(r"^COPY (.*) /src/", CONTAINER, re.MULTILINE):
        for name in names.split():
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, tree / name)
            else:
                tree.mkdir(exist_ok=True)
                shutil.copy(ROOT / name, tree / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-cache-dir",
         "--target", str(installed), str(tree)],
        check=True,
    )  # fmt: skip
    if CACHE.is_dir():  # a compiled model, which takes a minute to make
        shutil.copytree(CACHE, data / "cache")
    for path in [data, *data.rglob("*")]:
        os.chown(path, USER, USER)
    return made


@pytest.fixture(scope="module")
def token(image: Image) -> str:
    return image.run(PYTHON, "-m", "pincite", "keys", "create").strip()


@pytest.fixture(scope="module")
def client(image: Image, token: str) -> Iterator[httpx.Client]:
    server = subprocess.Popen(
        image.command(PYTHON, "-m", "pincite", "serve"),
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{image.environment['PINCITE_PORT']}"
    try:
        wait_until_ready(server, int(image.environment["PINCITE_PORT"]))
        with httpx.Client(base_url=address, timeout=60) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            yield client
    finally:
        if server.poll() is None:  # unshare passes no signal on to the container's first process
            (first,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            os.kill(int(first), signal.SIGTERM)
        server.communicate(timeout=120)
    assert server.returncode == 0


def test_only_the_volume_and_the_temporary_folder_can_be_written_and_nothing_as_root(
    image: Image,
) -> None:
    probe = image.run(PYTHON, "-c", PROBE)
    assert probe.splitlines() == ["['/data', '/tmp']", f"{USER} {'0' * 16}"]


def test_it_answers_by_the_documents_that_were_mounted(client: httpx.Client) -> None:
    reply = client.get("/ask", params={"q": "Where was the 2018 summit to be held?"})
    assert reply.status_code == 200
    assert "Qingdao" in reply.json()["answer"]["text"]


def test_it_needs_a_key_since_others_reach_it(client: httpx.Client) -> None:
    assert httpx.get(client.base_url.join("/ask"), params={"q": "x"}).status_code == 401


def test_its_state_lies_in_the_volume(client: httpx.Client, image: Image) -> None:
    assert client.get("/readyz").json()["status"] == "ready"
    assert {"index", "keys.json"} <= {path.name for path in image.data.iterdir()}
