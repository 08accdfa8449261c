"""The description of every route as OpenAPI 3.1, from the operations and the schemas they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Flask
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from service.access.keys import KINDS
from service.operations import OPERATIONS, VERSION, Operation
from service.request_ids import HEADER

Document = dict[str, Any]
_PLACE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "pincite_key"},
}
_HEADERS = {
    HEADER: "The name of the request, as it stands in the log.",
    "ETag": "What If-None-Match may name, until there is a new generation.",
    "Retry-After": "In how many seconds to try again.",
    "WWW-Authenticate": "How a key is sent.",
    "Location": "Where to go on.",
}
_MORE_HEADERS = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}
_REFERENCE = "#/components/schemas/{model}"


def describe(app: Flask) -> Document:
    """Return the OpenAPI document of every route of `app` that the table of operations lists."""
    schemas: Document = {}
    paths: dict[str, Document] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        operation = OPERATIONS.get(rule.endpoint.removeprefix(f"{VERSION}."))
        if operation is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                route = paths.setdefault(_PLACE.sub(r"{\1}", rule.rule), {})
                route[method.lower()] = _describe_route(rule, method, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pincite",
            "version": version("pincite"),
            "summary": "Ask documents; get the passages that answer, each cited to the character.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _SECURITY},
    }


def _describe_route(rule: Rule, method: str, operation: Operation, schemas: Document) -> Document:
    described: Document = {
        "operationId": f"{rule.endpoint.replace('.', '_')}",
        "tags": [rule.endpoint.removeprefix(f"{VERSION}.").split(".")[0]],
        "summary": operation.summary,
        "security": [{name: []} for name in _SECURITY] if operation.needs else [],
        "x-keys": KINDS[KINDS.index(operation.needs) :] if operation.needs else [],
        "parameters": [
            *(_place(name) for name in sorted(rule.arguments)),
            *_arguments(operation.arguments, schemas),
        ],
        "responses": _replies(rule, method, operation, schemas),
    }
    if operation.body:
        content = _content(operation.body, "validation", schemas)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _place(name: str) -> Document:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _arguments(model: type[BaseModel] | None, schemas: Document) -> list[Document]:
    if model is None:
        return []
    described = model.model_json_schema(ref_template=_REFERENCE)
    schemas.update(described.pop("$defs", {}))
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


def _replies(rule: Rule, method: str, operation: Operation, schemas: Document) -> Document:
    status = HTTPStatus(operation.status)
    replies: Document = {
        str(operation.status): {
            "description": status.phrase,
            "headers": _headers(HEADER, *(["ETag"] if operation.kept else [])),
            "content": _content(operation.replies, "serialization", schemas),
        }
    }
    if operation.kept:
        replies["304"] = {
            "description": "What If-None-Match names has not changed.",
            "headers": _headers(HEADER, "ETag"),
        }
    refusal = _content(operation.refusals, "serialization", schemas)
    for code in sorted(_refusals(rule, method, operation)):
        replies[str(code)] = {
            "description": HTTPStatus(code).phrase,
            "headers": _headers(HEADER, *_MORE_HEADERS.get(code, [])),
            "content": refusal,
        }
    return replies


def _refusals(rule: Rule, method: str, operation: Operation) -> set[int]:
    codes = {421, 500, 503, *operation.further}
    if operation.needs:
        codes |= {401, 403}
    if method not in {"GET", "HEAD"}:
        codes |= {403}
    if operation.limited:
        codes |= {429}
    if rule.arguments:
        codes |= {404}
    if operation.arguments:
        codes |= {422}
    if operation.body:
        codes |= {400, 413, 415, 422}
    return codes


def _headers(*names: str) -> Document:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def _content(kinds: Mapping[str, Any], mode: JsonSchemaMode, schemas: Document) -> Document:
    return {media: {"schema": _schema(kind, mode, schemas)} for media, kind in kinds.items()}


def _schema(kind: type[Any], mode: JsonSchemaMode, schemas: Document) -> Document:
    """Return the schema of a type; those of the models in it are added to `schemas`."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    found, definitions = TypeAdapter.json_schemas([("", mode, adapter)], ref_template=_REFERENCE)
    schemas.update(definitions.get("$defs", {}))
    return dict(found["", mode])
