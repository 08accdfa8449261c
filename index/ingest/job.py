"""The job that a reader process receives, as JSON: data only, never code."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from index.corpus.folder import Folder
from index.corpus.remote import RemoteFolder
from index.corpus.rules import FileRules
from index.corpus.scanning import File
from index.embedding.tokens import Tokens, read_tokens
from index.ingest.limits import Limits
from index.ingest.passages import Splitter, split_document
from index.ingest.reading import Split


@dataclass(frozen=True, slots=True)
class Job:
    """The folder to read and its rules, how documents are cut, and the limits of reading a file.

    `root` has one character (Latin-1) for each byte of the path, which need not be valid UTF-8.
    Files at a `url` are fetched by the parent process first. `tokenizer` is JSON of the library
    tokenizers.
    """

    root: str
    url: str
    rules: FileRules
    tokenizer: str
    splitter: Splitter
    limits: Limits

    def at(self, root: Path) -> Job:
        """Return the same job for another folder of this machine."""
        return replace(self, root=os.fsencode(root).decode("latin-1"))

    def folder(self) -> Folder:
        """Return the folder to read.

        Raises:
            DocumentsFolderError: this user may not read it.
        """
        root = Path(os.fsdecode(self.root.encode("latin-1")))
        return Folder(root, self.rules)

    def split(self) -> Split:
        """Return the function that cuts a document into passages."""
        tokens = read_tokens(self.tokenizer)
        return partial(split_document, count_tokens=tokens, splitter=self.splitter)


JOB = TypeAdapter(Job)
FILE = TypeAdapter(File)


def describe_job(
    corpus: Folder | RemoteFolder, tokens: Tokens, splitter: Splitter, limits: Limits
) -> Job:
    """Return the job of reading a folder."""
    if isinstance(corpus, Folder):
        root, url = os.fsencode(corpus.place), ""
    else:
        root, url = b"", corpus.url
    return Job(
        root=root.decode("latin-1"),
        url=url,
        rules=corpus.rules,
        tokenizer=tokens.definition(),
        splitter=splitter,
        limits=limits,
    )
