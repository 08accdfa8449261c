"""The vectors of a running build, saved to disk as they are made, in case the build is stopped.

A file holds the dimension and then one record for each vector: key, vector in float16, checksum.
It is only appended to. When it is opened again, an incomplete record at its end is cut off.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.building.text_digests import KEY_TYPE, Keys, KeyTable, Rows
from index.embedding.embedder import Vectors

_HEADER = np.dtype([("name", "S8"), ("dimension", "<u8")])
_NAME = b"pincite1"
_MOST = 1 << 20  # dimensions; a larger number means that the header is damaged
_AT_ONCE = 4096  # records read together


class UnfinishedVectors:
    """The vectors of one encoder that are in no generation yet, by the keys of their texts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._table = KeyTable()
        self._record: np.dtype[np.void] | None = None
        self._restore()
        self.restored = len(self._table)

    def __enter__(self) -> UnfinishedVectors:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def find(self, keys: Keys) -> Rows:
        """Return the row of each key, -1 where there is none."""
        return self._table.find(keys)

    def load(self, rows: Rows) -> Vectors:
        """Return float32 of shape (len(rows), dimension); at least one vector was added before."""
        assert self._record is not None
        records = np.memmap(self._path, dtype=self._record, mode="r", offset=_HEADER.itemsize)
        return records["vector"][rows].astype(np.float32)

    def append(self, keys: Keys, vectors: Vectors) -> None:
        """Save vectors, float32 of shape (len(keys), dimension), whose keys are new."""
        if self._record is None:
            dimension = vectors.shape[1]
            self._record = _record_type(dimension)
            self._write(np.array([(_NAME, dimension)], dtype=_HEADER))
        records = np.empty(len(keys), dtype=self._record)
        records["key"], records["vector"] = keys, vectors
        records["check"] = _checksums(records)
        self._write(records)
        self._table.add(keys)

    def _write(self, records: NDArray[np.void]) -> None:
        content = memoryview(records.tobytes())
        while content:
            content = content[self._file.write(content) :]

    def _restore(self) -> None:
        """Read the records up to the first damaged or incomplete one, and cut off the rest."""
        header = np.fromfile(self._path, dtype=_HEADER, count=1)
        if not len(header) or header["name"][0] != _NAME or not 0 < header["dimension"][0] < _MOST:
            os.truncate(self._path, 0)
            return
        self._record = _record_type(int(header["dimension"][0]))
        with self._path.open("rb") as file:
            file.seek(_HEADER.itemsize)
            while len(records := np.fromfile(file, dtype=self._record, count=_AT_ONCE)):
                bad = np.flatnonzero(records["check"] != _checksums(records))
                whole = records[: bad[0]] if len(bad) else records
                self._table.add(whole["key"])
                if len(bad):
                    break
        os.truncate(self._path, _HEADER.itemsize + len(self._table) * self._record.itemsize)


def _record_type(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("key", KEY_TYPE), ("vector", "<f2", dimension), ("check", "<u4")])


def _checksums(records: NDArray[np.void]) -> NDArray[np.uint32]:
    """Return the CRC-32 of each record, without its checksum field."""
    rows = records.view(np.uint8).reshape(len(records), -1)[:, :-4]
    return np.array([zlib.crc32(row) for row in rows], dtype=np.uint32)
