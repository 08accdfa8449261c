from __future__ import annotations

from pathlib import Path

import pytest

from index.embedding.hub import one_line


def test_only_the_first_line_of_an_error_is_shown() -> None:
    assert one_line(ValueError("the file is short.\nTraceback ...")) == "the file is short"
    assert one_line(ValueError()) == "ValueError()"


def test_an_error_of_the_system_is_a_reason_and_a_file_without_a_number(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Errno") as caught:
        (tmp_path / "none").read_bytes()
    assert one_line(caught.value) == f"No such file or directory: {tmp_path / 'none'}"
    assert one_line(OSError("the connection broke")) == "the connection broke"
