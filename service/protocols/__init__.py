"""One module a protocol: it parses its requests, asks the `Answerer` and renders the `Answer`.

`native.py`, `documents.py`, `uploads/`, `collections.py` and `health.py` are Pincite's own HTTP
interface. A chatbot protocol is a module or package with the two names of `Chatbot` below; one
line in `service/routes.py`, in the tuple `CHATBOTS`, adds it to the service. The functions here
serve several of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask import Blueprint

from index import Hit, LiveIndex, Source
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.operation import Operation
from service.http.problems import FieldProblem, Problem

# The name of the documents where a protocol requires a store, a knowledge base or a model.
COLLECTION = "default"


class Chatbot(Protocol):
    """A module that serves a chatbot protocol."""

    @property
    def OPERATIONS(self) -> Mapping[str, Operation]:  # noqa: N802 - a constant of the module
        """The operations of its routes, by `<blueprint>.<function>`."""

    @property
    def blueprint(self) -> ChatbotBlueprint:
        """The function that returns its routes."""


class ChatbotBlueprint(Protocol):
    """Returns the routes of a protocol over one collection."""

    def __call__(self, answerer: Answerer, live: LiveIndex, pages: SourcePages) -> Blueprint: ...


def check_name(name: str, field: str, noun: str) -> None:
    """Check that a request names the only store, knowledge base or model.

    Raises:
        Problem: 404, `field` holds another name.
    """
    if name != COLLECTION:
        raise Problem(
            404,
            f"there is no {noun} {name!r} here; the documents are the {noun} {COLLECTION!r}",
            FieldProblem(field, repr(name), COLLECTION),
        )


def unit_score(hit: Hit) -> float:
    """Return the score of a hit, cut to the range from 0 to 1 that clients expect."""
    return min(max(hit.scores.fused, 0), 1)


def source_facts(source: Source) -> dict[str, str | list[str]]:
    """Return the metadata of a source by field, without empty fields."""
    meta = source.metadata
    facts = {
        "publisher": meta.publisher,
        "authors": list(meta.authors),
        "date": meta.written_date(),
        "url": meta.url,
        "language": meta.language,
        "tags": list(meta.tags),
    }
    return {name: value for name, value in facts.items() if value}


def joined(value: str | list[str]) -> str:
    """Return a value as one text."""
    return value if isinstance(value, str) else ", ".join(value)
