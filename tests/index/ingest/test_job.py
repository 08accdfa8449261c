from __future__ import annotations

import re
from pathlib import Path

from index import FileRules, Folder, RecordFields
from index.corpus.scanning import File
from index.ingest.job import FILE, JOB, describe_job
from index.ingest.limits import Limits
from index.ingest.passages import Splitter
from tests.conftest import ROOT
from tests.fakes import count_words


def test_a_job_and_a_file_come_out_of_json_as_they_went_in(three: Path) -> None:
    folder = Folder(three, FileRules(7, "eng+deu", RecordFields(text=("abstract", "a.b"))))
    job = describe_job(folder, count_words, Splitter(3, 5), Limits(1.5, 64, 2))
    assert JOB.validate_json(JOB.dump_json(job)) == job
    read = job.folder()
    assert (read.root, read.rules) == (three, folder.rules)
    for file in (*folder.files(), File("a", skipped="b", failed="c", sidecars=("d", "e"))):
        assert FILE.validate_json(FILE.dump_json(file)) == file


def test_nothing_is_pickled_anywhere() -> None:
    sources = [path for name in ("index", "service") for path in (ROOT / name).rglob("*.py")]
    assert len(sources) > 50
    pickling = re.compile(r"^\s*(import|from) (pickle|shelve|marshal)\b|allow_pickle=True", re.M)
    assert not [path for path in sources if pickling.search(path.read_text(encoding="utf-8"))]
