"""BM25 candidates by tantivy, which indexes the hashes of terms as words."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.catalog.selection import Selection
from index.errors import BuildFailed, IndexDamaged
from index.lexical.terms import Hashes, term_hash

_WRITER_BYTES = 64_000_000
_REMOVALS = 3  # a thread of tantivy may write its lock file while the folder is being removed
# With a selection, the first search takes this many times the limit,
_FIRST = 4
# and each further search this many times the estimated need.
_SPARE = 1.5


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("ordinal", fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_postings(folder: Path, passages: Iterable[tuple[int, Hashes]]) -> None:
    """Index each passage by its terms and the ordinal of its document, numbered in order.

    Raises:
        BuildFailed: the postings cannot be written.
    """
    folder.mkdir()
    try:
        _write(folder, passages)
    except BaseException as error:
        if not _is_from_tantivy(error):
            raise
        raise BuildFailed(f"{folder} cannot be written: {error}") from error


def _write(folder: Path, passages: Iterable[tuple[int, Hashes]]) -> None:
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for ordinal, (source, terms) in enumerate(passages):
        document = tantivy.Document()
        document.add_unsigned("ordinal", ordinal)
        document.add_unsigned("document", source)
        document.add_text("terms", " ".join(map(str, terms.tolist())))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """The postings of one generation, open for reading by any number of threads.

    Raises:
        IndexDamaged: the folder holds no postings that this version can read.
    """

    def __init__(self, folder: Path) -> None:
        try:
            with _linked(folder) as place:
                self._index = tantivy.Index.open(str(place))
                # a published index never changes, so it needs no watcher thread
                self._index.config_reader("Manual")
                self._searcher = self._index.searcher()  # which has opened all files by now
        except BaseException as error:
            if not _is_from_tantivy(error):
                raise
            raise IndexDamaged(f"{folder} holds no readable postings: {error}") from error

    def frequency(self, term: str) -> int:
        """Return the number of passages in which a term occurs."""
        return int(self._searcher.doc_freq("terms", str(term_hash(term))))

    def search(
        self, terms: Sequence[str], limit: int, among: Selection | None = None
    ) -> NDArray[np.int64]:
        """Return the ordinals of the best `limit` passages, only those in `among` if it is given.

        With a selection, this takes hits and drops those that do not pass. If too few pass, it
        takes as many more as their share suggests. Once that is more than the number of selected
        documents, tantivy filters by the postings of these documents instead, which costs less.
        """
        query = self._any(terms)
        if among is None:
            return self._take(query, limit)
        take = _FIRST * limit
        while take < len(among.documents):
            found = self._take(query, take)
            passing = found[among.passages[found]]
            if len(passing) >= limit or len(found) < take:
                return passing[:limit]
            take = int(_SPARE * take * limit / max(len(passing), 1))
        return self._take(self._within(query, among), limit)

    def _any(self, terms: Sequence[str]) -> tantivy.Query:
        one = partial(tantivy.Query.term_query, self._index.schema, "terms")
        words = [str(term_hash(term)) for term in terms]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, one(word)) for word in words])

    def _within(self, query: tantivy.Query, among: Selection) -> tantivy.Query:
        documents = tantivy.Query.term_set_query(
            self._index.schema, "document", among.documents.tolist()
        )
        unscored = tantivy.Query.const_score_query(documents, 0.0)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
        )

    def _take(self, query: tantivy.Query, limit: int) -> NDArray[np.int64]:
        hits = self._searcher.search(query, limit=limit, count=False).hits
        found = self._searcher.fast_field_values("ordinal", [address for _, address in hits])
        return np.array(found, dtype=np.int64)


@contextmanager
def _linked(folder: Path) -> Iterator[Path]:
    """Give a temporary folder of links to the files of a folder.

    tantivy writes a lock file into the folder that it opens, which a reader must not need to be
    allowed. Where no temporary folder can be made, give the folder itself.
    """
    try:
        temporary = Path(mkdtemp(prefix="pincite-"))
    except OSError:
        yield folder
        return
    try:
        for file in folder.resolve().iterdir():
            if not file.name.endswith(".lock"):
                (temporary / file.name).symlink_to(file)
        yield temporary
    finally:
        for _ in range(_REMOVALS):
            shutil.rmtree(temporary, ignore_errors=True)


def _is_from_tantivy(error: BaseException) -> bool:
    """Return whether tantivy raised this error: a ValueError, or a Rust panic.

    A PanicException cannot be imported, so it is matched by name. tantivy panics if the system
    refuses it a thread.
    """
    return isinstance(error, ValueError) or type(error).__name__ == "PanicException"
