"""Everything that can go wrong in the index, as one small tree.

PinciteError
├── DocumentError            a source file cannot be read as a document
├── ReaderError              the processes that read source files cannot be started
├── DocumentsFolderError     the documents folder is missing or unreadable
│   └── NothingToIndex       it holds nothing that can be indexed
├── StoreError               a file cannot be put into the documents folder or taken out of it
│   ├── NameRefused          its name is not safe, or not one of a document
│   ├── FileTaken            something is there already
│   └── FileTooLarge         it would not be read
├── ModelError               the embedding model is missing, altered or unusable
├── ClusterError             machines that were to read and embed cannot be used
├── StoredIndexError         the folder is not an index, or not a sound one
│   ├── IndexMissing         nothing has been published there yet
│   ├── IndexMismatch        it cannot be used as it is asked to be
│   │   ├── RecipeMismatch   it was built with another model or splitter
│   │   └── IndexOutdated    it was built by an earlier version
│   ├── IndexDamaged         a file does not match its manifest
│   ├── EngineUnavailable    the cluster that holds it cannot be asked now
│   └── EngineRefused        the cluster is not one that can be used, or does not let us in
├── BuildFailed              the system refused a build room, files or memory
├── BackupError              a backup cannot be written or read, or would replace something
├── QueryError               a question that cannot be searched for
├── CalibrationError         a confidence calibration that does not fit the model
└── DatasetError             an evaluation folder that is not well-formed

A message names what was wrong, what was expected and what to do, in one line.
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
    """The documents folder holds nothing that can be indexed; `report` says why of each file."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class StoreError(PinciteError):
    """A file cannot be put into the documents folder or taken out of it."""


class NameRefused(StoreError):
    """The name of a file is not safe, or not one of a document."""


class FileTaken(StoreError):
    """Something is at the place of a file already."""


class FileTooLarge(StoreError):
    """A file is larger than any that would be read."""


class ModelError(PinciteError):
    """The embedding model is missing, altered or unusable."""


class ClusterError(PinciteError):
    """Machines that were to read and embed cannot be used."""


class StoredIndexError(PinciteError):
    """The folder is not an index, or not a sound one."""


class IndexMissing(StoredIndexError):
    """Nothing has been published in the folder yet."""


class IndexMismatch(StoredIndexError):
    """The index was built with another model or by another version."""


class RecipeMismatch(IndexMismatch):
    """The index was built with another model or splitter; `told` says with which."""

    def __init__(self, told: str, mend: str) -> None:
        super().__init__(f"{told}; {mend}")
        self.told = told


class IndexOutdated(IndexMismatch):
    """The index is of an earlier format, as `told` says; the documents give it anew."""

    def __init__(self, told: str) -> None:
        super().__init__(f"{told}; build it anew: pincite index")
        self.told = told


class IndexDamaged(StoredIndexError):
    """A file of the index does not match its manifest; `told` says which, and how."""

    def __init__(self, damage: str, mend: str = "repair it: pincite index --repair") -> None:
        super().__init__(f"{damage}; {mend}")
        self.told = damage


class BuildFailed(PinciteError):
    """The system refused a build what it needs; what it published before answers as it did."""

    def __init__(self, refused: str) -> None:
        super().__init__(f"{refused}; the index is whole, run it again when that is mended")


class BackupError(PinciteError):
    """A backup cannot be written or read, or would take the place of something."""


class EngineUnavailable(StoredIndexError):
    """The cluster that holds the index cannot be asked now; later it may."""


class EngineRefused(StoredIndexError):
    """The cluster is not one that can be used, or does not let us in."""


class QueryError(PinciteError):
    """A question that cannot be searched for."""


class CalibrationError(PinciteError):
    """A confidence calibration that does not fit the model."""


class DatasetError(PinciteError):
    """An evaluation folder that is not well-formed."""
