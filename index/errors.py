"""Everything that can go wrong in the index, as one small tree.

PinciteError
├── DocumentError            a source file cannot be read as a document
├── ReaderError              the processes that read source files cannot be started
├── DocumentsFolderError     the documents folder is missing or unreadable
│   └── NothingToIndex       it holds nothing that can be indexed
├── StoreError               a file cannot be written to or deleted from the documents folder
│   ├── NameRefused          its name is not safe, or has no suffix that a reader takes
│   ├── FileTaken            another file has this path
│   └── FileTooLarge         it is larger than the files that are read
├── ModelError               the embedding model is missing, altered or unusable
│   └── EncoderStrays        an encoder's vectors differ too much from those of its model
├── ClusterError             the machines of a cluster cannot be used
├── StoredIndexError         the folder is not an index, or not a sound one
│   ├── IndexMissing         nothing has been published there yet
│   ├── IndexMismatch        the index does not fit the settings or this version
│   │   ├── RecipeMismatch   it was built with another model or splitter
│   │   ├── DocumentsMismatch  it was built from another documents folder
│   │   └── IndexOutdated    it was built by an earlier version
│   ├── IndexDamaged         a file does not match its manifest
│   ├── EngineUnavailable    the cluster that holds it does not answer now
│   └── EngineRefused        the cluster cannot be used, or denies access
├── BuildFailed              the system refused a build disk space, files or memory
├── BackupError              a backup cannot be written or read, or would replace a file
├── QueryError               a question that cannot be searched for
├── CalibrationError         a confidence calibration that does not fit the model
└── DatasetError             an evaluation folder that is not well-formed

A message says in one line what was wrong, what was expected and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.report import Report


class PinciteError(Exception):
    """Base of every error that a user may see."""


class DocumentError(PinciteError):
    """A source file cannot be read as a document."""


class ReaderError(PinciteError):
    """The processes that read source files cannot be started."""


class DocumentsFolderError(PinciteError):
    """The documents folder is missing or unreadable."""


class NothingToIndex(DocumentsFolderError):
    """The documents folder holds nothing that can be indexed; `report` gives a reason per file."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class StoreError(PinciteError):
    """A file cannot be written to or deleted from the documents folder."""


class NameRefused(StoreError):
    """The name of a file is not safe, or has no suffix that a reader takes."""


class FileTaken(StoreError):
    """Another file has this path."""


class FileTooLarge(StoreError):
    """A file is larger than the files that are read."""


class ModelError(PinciteError):
    """The embedding model is missing, altered or unusable."""


class EncoderStrays(ModelError):
    """The vectors of an encoder differ too much from those of its model."""


class ClusterError(PinciteError):
    """The machines of a cluster cannot be used."""


class StoredIndexError(PinciteError):
    """The folder is not an index, or not a sound one."""


class IndexMissing(StoredIndexError):
    """Nothing has been published in the folder yet."""


class IndexMismatch(StoredIndexError):
    """The index does not fit the settings, or another version of Pincite wrote it."""


class RecipeMismatch(IndexMismatch):
    """The index was built with another model or splitter.

    `reason` is the message without what to do, which the caller may be doing itself.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason


class DocumentsMismatch(IndexMismatch):
    """The index was built from another documents folder, which holds other documents."""


class IndexOutdated(IndexMismatch):
    """The index has an earlier format; `reason` is the message without what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; rebuild it: pincite index")
        self.reason = reason


class IndexDamaged(StoredIndexError):
    """A file of the index does not match its manifest; `reason` names the file and its damage."""

    def __init__(self, reason: str, remedy: str = "repair it: pincite index --repair") -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason


class BuildFailed(PinciteError):
    """The system refused a resource to a build; the published generation goes on answering."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; the index is whole, run it again when that is mended")


class BackupError(PinciteError):
    """A backup cannot be written or read, or would replace a file."""


class EngineUnavailable(StoredIndexError):
    """The cluster that holds the index does not answer now; it may later."""


class EngineRefused(StoredIndexError):
    """The cluster cannot be used, or denies access."""


class QueryError(PinciteError):
    """A question that cannot be searched for."""


class CalibrationError(PinciteError):
    """A confidence calibration that does not fit the model."""


class DatasetError(PinciteError):
    """An evaluation folder that is not well-formed."""
