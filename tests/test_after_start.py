"""What takes long to load is loaded after the start, and not inside the first request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import THREE, write_files
from tests.server import running
from tests.waiting import becomes

pytestmark = pytest.mark.system

# writes a file once something happens, in whichever process of the service
NOTES = (
    "import sys; sys.addaudithook(lambda event, what:"
    " event == {event!r} and str(what[{place}]).endswith({name!r}) and open('seen', 'w').close());"
)


@pytest.mark.parametrize(
    ("event", "place", "name"),
    [("import", 0, "mcp.server"), ("compile", 1, "description.html")],
)
def test_it_is_loaded_without_a_request_that_needs_it(
    tmp_path: Path, event: str, place: int, name: str
) -> None:
    write_files(tmp_path / "documents", THREE)
    with running(tmp_path, first=NOTES.format(event=event, place=place, name=name)):
        assert becomes((tmp_path / "seen").exists)
