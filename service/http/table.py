"""The table of operations that an application was given, and the operation of a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flask import Flask, current_app, request

from service.http.operation import Operation

_TABLE = "pincite.operations"


def register_operations(app: Flask, operations: Mapping[str, Operation]) -> None:
    """Give `app` its table of operations; the gate refuses a route that is not in it."""
    app.extensions[_TABLE] = operations


def operations_of(app: Flask) -> Mapping[str, Operation]:
    """Return the table of operations of `app`."""
    table: Mapping[str, Operation] = app.extensions[_TABLE]
    return table


def current_operation() -> Operation | None:
    """Return the operation of the request, None if the table has no entry for its route."""
    return operations_of(current_app).get(operation_name(request.endpoint or ""))


@cache  # there are as many as there are routes
def operation_name(endpoint: str) -> str:
    """Return the name in the table of a route: the same for each version and collection."""
    return ".".join(endpoint.split(".")[-2:])
