"""The bytes of a JSON body, unpacked and in UTF-8."""

from __future__ import annotations

import json
import zlib

from flask import Request

from service.http.problems import FieldProblem, Problem

# The byte-order marks of UTF-8 and UTF-16, with which some programs begin a text.
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# The parameter `wbits` of zlib for each Content-Encoding: the format of gzip, and that of zlib.
_FORMATS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
# Values of a JSON body: a parser holds the GIL until it has made them all, here some 20 ms.
_MOST_VALUES = 100_000


def read_body(request: Request) -> bytes:
    """Return the body of a request, without its Content-Encoding and byte-order mark.

    Raises:
        Problem: 415 for another encoding, 400 for damaged data, 413 for too much of it.
    """
    body = _decode(_unpack(request))
    # each value but the first of a list or an object comes after one of these
    values = body.count(b",") + body.count(b"[") + body.count(b"{")
    if values > _MOST_VALUES:
        raise Problem(413, f"the body holds {values:,} values, and {_MOST_VALUES:,} are allowed")
    return body


def _decode(body: bytes) -> bytes:
    if not body.startswith(_MARKS):
        return body
    try:
        return body.decode(json.detect_encoding(body)).encode()
    except UnicodeError as error:
        raise Problem(
            400, f"the body has a byte-order mark, but another encoding: {error}"
        ) from error


def _unpack(request: Request) -> bytes:
    body = request.get_data()
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in _FORMATS:
        allowed = "gzip or deflate"
        found = FieldProblem("Content-Encoding", repr(encoding), allowed)
        raise Problem(415, f"Content-Encoding: found {encoding!r}, allowed: {allowed}", found)
    limit = request.max_content_length or len(body)
    stream = zlib.decompressobj(_FORMATS[encoding])
    try:
        unpacked = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise Problem(400, f"the body is not valid {encoding}: {error}") from error
    if len(unpacked) > limit:
        raise Problem(413, f"the body unpacks to more than {limit // 1024} KiB")
    if not stream.eof:
        raise Problem(400, f"the body is not valid {encoding}: its end is missing")
    return unpacked
