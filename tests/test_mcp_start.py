"""What MCP needs is loaded after the start, and not inside the first request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import THREE, write_files
from tests.server import running
from tests.waiting import becomes

pytestmark = pytest.mark.system

# writes a file once the SDK is imported, by whichever process of the service
NOTES = (
    "import sys; sys.addaudithook(lambda event, what:"
    " event == 'import' and what[0] == 'mcp.server' and open('imported', 'w').close());"
)


def test_the_sdk_is_loaded_without_a_request_that_needs_it(tmp_path: Path) -> None:
    write_files(tmp_path / "documents", THREE)
    with running(tmp_path, first=NOTES):
        assert becomes((tmp_path / "imported").exists)
