"""The service behind a real nginx with TLS, as deploy/nginx.conf configures it."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.fakes import THREE, write_files
from tests.server import free_port, running

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = (ROOT / "service" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
PAGE = {"Accept": "text/html"}
# behind a proxy the service needs keys, unless no_auth is set
BEHIND = {"PINCITE_PROXIES": "1", "PINCITE_NO_AUTH": "1"}

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not NGINX, reason="nginx is not installed"),
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[int]:
    """Run `pincite serve` with the fake model behind one proxy; give its port."""
    write_files(folder / "documents", THREE)
    with running(folder, settings=BEHIND) as service:
        yield service.port


@pytest.fixture(scope="module")
def trusted(folder: Path) -> ssl.SSLContext:
    """Make a certificate of localhost; return what trusts it alone."""
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-keyout", "tls.key", "-out", "tls.pem", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
        ],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return ssl.create_default_context(cafile=str(folder / "tls.pem"))


@pytest.fixture(scope="module")
def proxy(folder: Path, service: int, trusted: ssl.SSLContext) -> Iterator[str]:
    """Run nginx with the documented configuration; give its address."""
    port = free_port()
    server = CONFIGURATION
    for documented, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("docs.example.org;", "localhost;"),
        ("/etc/ssl/docs.example.org.pem", str(folder / "tls.pem")),
        ("/etc/ssl/docs.example.org.key", str(folder / "tls.key")),
        ("127.0.0.1:8000", f"127.0.0.1:{service}"),
    ):
        assert documented in server
        server = server.replace(documented, here)
    temporary = "".join(
        f"{name}_temp_path {folder / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = (
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off;\n{temporary}{server} }}\n"
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    assert NGINX
    with subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as process:
        address = f"https://localhost:{port}"
        _wait(address, trusted, process)
        yield address
        process.terminate()


def _wait(address: str, trusted: ssl.SSLContext, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{address}/healthz", verify=trusted)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("nginx does not answer")


@pytest.fixture(params=["", "/search"], ids=["at the root", "below a path"])
def site(
    request: pytest.FixtureRequest, proxy: str, trusted: ssl.SSLContext
) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{proxy}{request.param}", verify=trusted, timeout=60) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/?q=lava", "/documents", "/documents/harbour.md", "/docs"])
def test_every_address_on_a_page_is_found(site: httpx.Client, path: str) -> None:
    page = site.get(path, headers=PAGE)
    assert page.status_code == 200
    own = {one.replace("&amp;", "&") for one in re.findall(r'(?:href|src)="(/[^"]*)"', page.text)}
    assert len(own) > 5
    prefix = site.base_url.path.rstrip("/")
    for address in own:
        assert address.startswith(f"{prefix}/")
        found = site.get(address.removeprefix(prefix), headers=PAGE)
        if address.startswith(f"{prefix}/language/"):  # it leads back to the page
            site.cookies.clear()
            assert found.headers["Location"].startswith(f"{prefix}/"), address
        else:
            assert found.status_code == 200, address


def test_the_path_without_a_slash_leads_to_the_page(proxy: str, trusted: ssl.SSLContext) -> None:
    page = httpx.get(f"{proxy}/search", verify=trusted, follow_redirects=True, headers=PAGE)
    assert page.status_code == 200
    assert page.url.path == "/search/"


def test_signing_out_leads_to_the_form_over_tls(site: httpx.Client) -> None:
    prefix = site.base_url.path.rstrip("/")
    origin = str(site.base_url).removesuffix("/").removesuffix(prefix)
    response = site.post("/sign-out", headers={"Origin": origin})
    assert (response.status_code, response.headers["Location"]) == (303, f"{prefix}/sign-in")
    cookie = response.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert f"Path={prefix or '/'}" in cookie


def test_a_chat_streams_with_links_that_open_its_sources(
    site: httpx.Client, trusted: ssl.SSLContext
) -> None:
    base = str(site.base_url).rstrip("/")
    from openai import DefaultHttpxClient, OpenAI

    with DefaultHttpxClient(verify=trusted) as http:
        client = OpenAI(base_url=f"{base}/v1", api_key="any", http_client=http)
        stream = client.chat.completions.create(
            model="default",
            messages=[{"role": "user", "content": "How long did lava flow?"}],
            stream=True,
        )
        text = "".join(one.choices[0].delta.content or "" for one in stream)
    assert text.startswith("Lava flowed for seven weeks. [1]")
    [link] = re.findall(r"\[source\]\(([^)]*)\)", text)
    assert link.startswith(f"{base}/documents/")
    assert site.get(link, headers=PAGE).status_code == 200


def test_the_widget_asks_where_it_was_loaded_from(site: httpx.Client) -> None:
    script = site.get("/widget.js")
    assert script.status_code == 200
    assert 'new URL(".", script.src)' in script.text
    assert site.post("/ask", json={"question": "lava"}).status_code == 200


def test_an_address_in_another_encoding_gets_a_clear_400(site: httpx.Client) -> None:
    for path in ("/documents/caf%E9.md", "/ask?q=caf%E9"):
        refused = site.get(path)
        assert refused.status_code == 400
        assert "not valid UTF-8" in refused.json()["detail"]
    assert site.get("/documents/caf%C3%A9.md").status_code == 404


def test_a_client_forges_no_header_of_the_proxy_by_one_with_underscores(site: httpx.Client) -> None:
    forged = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Prefix": "/evil"}
    assert site.get("/ask?q=lava", headers=forged).status_code == 200
