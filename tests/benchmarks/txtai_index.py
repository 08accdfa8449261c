"""Index the texts of a JSON file by txtai; print the seconds of the clock and of the processor.

    python txtai_index.py MODEL TEXTS FOLDER

txtai's own Python runs it. The import of txtai, the loading of the model and a first batch do not
count.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import txtai


def main(model: str, texts: Path, folder: Path) -> None:
    """Index and save vectors, BM25 and texts, as its API does for a hybrid search."""
    passages = json.loads(texts.read_text(encoding="utf-8"))
    embeddings = txtai.Embeddings(path=model, hybrid=True, content=True, gpu=False)
    embeddings.batchtransform(passages[:32])
    began, before = time.perf_counter(), time.process_time()
    embeddings.index(passages)
    embeddings.save(str(folder))
    print(time.perf_counter() - began, time.process_time() - before)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
