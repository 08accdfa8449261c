"""What the documents folder refuses, as problems of HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from index import FileTaken, FileTooLarge, NameRefused, StoreError
from service.http.problems import FieldProblem, Problem, without_folders


@contextmanager
def refusals(field: str = "path") -> Iterator[None]:
    """Translate errors of the documents folder into problems that name the field."""
    try:
        yield
    except NameRefused as error:
        allowed = "a safe name, with the suffix of a format that is read"
        problem = FieldProblem(field, str(error), allowed)
        raise Problem(422, f"{field}: {error}", problem) from error
    except FileTaken as error:
        raise Problem(409, without_folders(str(error))) from error
    except FileTooLarge as error:
        raise Problem(413, str(error)) from error
    except StoreError as error:
        raise Problem(507, without_folders(str(error))) from error
