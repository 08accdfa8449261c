from __future__ import annotations

import subprocess
import sys

_LISTED = "import sys, index.ingest.worker; print(*sorted(sys.modules))"
_HEAVY = {"faiss", "numpy", "openvino", "sqlite3", "tantivy", "torch"}


def test_a_reader_process_loads_only_what_reading_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LISTED], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & _HEAVY
    packages = {name.split(".")[1] for name in loaded if name.startswith("index.")}
    assert packages == {"corpus", "embedding", "errors", "filters", "ingest", "types"}
