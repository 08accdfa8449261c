"""The description of every route as OpenAPI 3.1, from the operations and the schemas they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import orjson
from flask import Flask
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from service.http.operation import KINDS, Operation
from service.http.request_ids import HEADER
from service.http.table import operation_name, operations_of

Document = dict[str, Any]
_Place = tuple[str, str, str]  # an operation, what of it is described, and the media type
_PLACE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "pincite_session"},
}
_HEADERS = {
    HEADER: "The name of the request, as it stands in the log.",
    "ETag": "What If-None-Match may name, until there is a new generation.",
    "Retry-After": "In how many seconds to try again.",
    "WWW-Authenticate": "How a key is sent.",
    "Location": "Where to go on.",
}
_MORE_HEADERS = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}
# A model whose name another has too is named by its module, of which the last part tells enough.
_MODULES = re.compile(r"service__(?:protocols__)?([a-z]+)__(?:[a-z_]+__)?([A-Z][A-Za-z]*)")


def describe(app: Flask, endpoints: Collection[str]) -> Document:
    """Return the OpenAPI document of the routes of `app` with these endpoints."""
    operations = operations_of(app)
    schemas, named = _schemas(operations)
    paths: dict[str, Document] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        operation = operations.get(operation_name(rule.endpoint))
        if operation and not operation.hidden and rule.endpoint in endpoints:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                route = paths.setdefault(_PLACE.sub(r"{\1}", rule.rule), {})
                route[method.lower()] = _describe_route(rule, method, operation, schemas)
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": "Pincite",
            "version": version("pincite"),
            "summary": "Ask documents; get the passages that answer, each cited to the character.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(named.items())), "securitySchemes": _SECURITY},
    }
    shortened = _MODULES.sub(r"\1.\2", orjson.dumps(described).decode())
    return dict(orjson.loads(shortened))


def _schemas(
    operations: Mapping[str, Operation],
) -> tuple[dict[_Place, Document], Document]:
    """Return the schema of each body and reply of the operations, and those of all models."""
    wanted: list[tuple[_Place, JsonSchemaMode, TypeAdapter[Any]]] = []
    for name, operation in operations.items():
        for media, kind in operation.body.items():
            wanted.append(((name, "body", media), "validation", TypeAdapter(kind)))
        for role, kinds in (("reply", operation.replies), ("refusal", operation.refusals)):
            for media, kind in kinds.items():
                wanted.append(((name, role, media), "serialization", TypeAdapter(kind)))
    found, definitions = TypeAdapter.json_schemas(
        wanted, ref_template="#/components/schemas/{model}"
    )
    return {place: dict(one) for (place, _), one in found.items()}, definitions.get("$defs", {})


def _describe_route(
    rule: Rule, method: str, operation: Operation, schemas: Mapping[_Place, Document]
) -> Document:
    name = operation_name(rule.endpoint)

    def content(role: str) -> Document:
        return {
            media: {"schema": schema}
            for (one, its, media), schema in schemas.items()
            if (one, its) == (name, role)
        }

    described: Document = {
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [name.split(".")[0]],
        "summary": operation.summary,
        "security": [{way: []} for way in _SECURITY] if operation.needs else [],
        "x-keys": KINDS[KINDS.index(operation.needs) :] if operation.needs else [],
        "parameters": [
            *(_place(argument) for argument in sorted(rule.arguments)),
            *_arguments(operation.arguments),
        ],
        "responses": _replies(rule, method, operation, content),
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": content("body")}
    return described


def _place(name: str) -> Document:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _arguments(model: type[BaseModel] | None) -> list[Document]:
    if model is None:
        return []
    described = model.model_json_schema()
    required = described.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": field.pop("description", ""),
            "schema": _in_address(field),
        }
        for name, field in described["properties"].items()
    ]


def _in_address(schema: Document) -> Document:
    """Return the schema of a field as an address can hold it: a list is its name repeated."""
    choices = schema.get("anyOf", [schema])
    lists = [one for one in choices if one.get("type") == "array"]
    found: Document = (lists or [one for one in choices if one.get("type") != "null"])[0]
    return found


def _replies(
    rule: Rule, method: str, operation: Operation, content: Callable[[str], Document]
) -> Document:
    replies: Document = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": _headers(HEADER, *(["ETag"] if operation.kept else [])),
            "content": content("reply"),
        }
        for status in (operation.status, *operation.also)
    }
    if operation.kept:
        replies["304"] = {
            "description": "What If-None-Match names has not changed.",
            "headers": _headers(HEADER, "ETag"),
        }
    for status in sorted(_refusals(rule, method, operation)):
        replies[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "headers": _headers(HEADER, *_MORE_HEADERS.get(status, [])),
            "content": content("refusal"),
        }
    return replies


def _refusals(rule: Rule, method: str, operation: Operation) -> set[int]:
    statuses = {421, 431, 500, 503, *operation.further}
    if operation.needs:
        statuses |= {401, 403}
    if method not in {"GET", "HEAD"}:
        statuses |= {403}
    if operation.limited:
        statuses |= {429}
    if rule.arguments:
        statuses |= {404}
    if operation.arguments:
        statuses |= {422}
    if operation.body:
        statuses |= {400, 413, 415, 422}
    return {operation.renamed.get(one, one) for one in statuses}


def _headers(*names: str) -> Document:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}
