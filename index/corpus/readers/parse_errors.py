"""Translates every exception of a parser into a DocumentError that names the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from index.corpus.readers.assembly import TooMuchText
from index.errors import DocumentError


@contextmanager
def parsing(path: str, kind: str) -> Iterator[None]:
    """Translate the exceptions of parsing the file at `path` as `kind`, such as "a PDF".

    Parsers of damaged files raise almost any exception, so every exception is caught.

    Raises:
        DocumentError: the file cannot be read as that.
    """
    try:
        yield
    except (DocumentError, MemoryError):  # a process without memory must end
        raise
    except TooMuchText as error:
        raise DocumentError(f"{path}: {error}") from None
    except RecursionError:
        raise DocumentError(f"{path}: is nested too deep to be read; save a simpler file") from None
    except BaseException as error:
        # python-calamine raises what is no Exception where its code in Rust fails
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DocumentError(
            f"{path}: cannot be read as {kind}; open it and save it again ({reason})"
        ) from error
