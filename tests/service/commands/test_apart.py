from __future__ import annotations

import os
import sys
from pathlib import Path

from service.commands.apart import run_apart


def test_work_apart_leaves_nothing_in_this_process(tmp_path: Path) -> None:
    def work() -> None:
        sys.modules["loaded"] = sys
        (tmp_path / "process").write_text(str(os.getpid()))

    run_apart(work)
    assert "loaded" not in sys.modules
    assert (tmp_path / "process").read_text() != str(os.getpid())


def test_the_result_of_work_apart_comes_back() -> None:
    assert run_apart(lambda: {"default": "no room"}) == {"default": "no room"}
