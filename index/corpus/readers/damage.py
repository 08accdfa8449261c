"""Whatever a parser raises, said as one kind of error that names the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from index.corpus.readers.assembly import TooMuchText
from index.errors import DocumentError


@contextmanager
def reading(path: str, kind: str) -> Iterator[None]:
    """Translate what goes wrong while the file at `path` is read as `kind`, such as "a PDF".

    Parsers of damaged files raise almost anything, so anything is caught.

    Raises:
        DocumentError: the file cannot be read as that.
    """
    try:
        yield
    except (DocumentError, MemoryError):  # a process without memory has to end
        raise
    except TooMuchText as error:
        raise DocumentError(f"{path}: {error}") from None
    except RecursionError:
        raise DocumentError(f"{path}: nests too deep to be read; save a simpler file") from None
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DocumentError(
            f"{path}: cannot be read as {kind}; open it and save it anew ({reason})"
        ) from error
