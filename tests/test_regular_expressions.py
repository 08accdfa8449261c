"""Every regular expression takes a time that grows in proportion to the text."""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import regex

from tests.conftest import ROOT

LENGTH = 16_000  # characters of a text
# A search that is this many times slower than the plainest one is not linear: a search whose time
# grows with the square of the length takes thousands of times as long.
ALLOWED = 1000
_METHODS = {"search", "match", "fullmatch", "sub", "split", "findall", "finditer"}
_MODULES = {"re", "regex"}
_USES_RE = re.compile(r"\b(re|regex)\.[a-z]")
# Expressions that see no text of users or documents, or only a short one, and why.
BOUNDED: dict[str, str] = {}


@dataclass(frozen=True)
class Expression:
    """A regular expression of the project, and the methods that are called of it."""

    place: str
    pattern: Any
    methods: tuple[str, ...]

    def __str__(self) -> str:
        return self.place


def expressions() -> Iterator[Expression]:
    """Yield every expression that a module of index or service compiles, by name or in place."""
    for path in sorted([*ROOT.glob("index/**/*.py"), *ROOT.glob("service/**/*.py")]):
        source = path.read_text()
        if not _USES_RE.search(source):
            continue
        nodes = list(ast.walk(ast.parse(source)))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for constant, value in vars(module).items():
            for number, pattern in enumerate(_patterns(value)):
                used = {
                    node.attr
                    for node in nodes
                    if isinstance(node, ast.Attribute) and node.attr in _METHODS
                    if isinstance(node.value, ast.Name) and node.value.id == constant
                } or {"search"}  # where it is reached by another name
                yield Expression(f"{name}.{constant}.{number}", pattern, tuple(sorted(used)))
        for call in calls:
            if _is_of_re(call) and call.func.attr != "compile":  # type: ignore[attr-defined]
                made = importlib.import_module(call.func.value.id)  # type: ignore[attr-defined]
                assert isinstance(call.func, ast.Attribute)
                if isinstance(call.args[0], ast.Constant):
                    pattern = made.compile(call.args[0].value)
                    yield Expression(f"{name}:{call.lineno}", pattern, (call.func.attr,))


def _is_of_re(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in _MODULES
        and function.attr in _METHODS | {"compile"}
    )


def _patterns(value: object) -> Iterator[Any]:
    if isinstance(value, re.Pattern | regex.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_patterns, value.values()))
    elif isinstance(value, tuple | list):
        yield from itertools.chain.from_iterable(map(_patterns, value))


def worst_cases(pattern: str) -> Iterator[str]:
    """Yield texts of LENGTH characters that make an expression try again and again.

    They repeat one or two of the characters that it names, and end in one that it does not.
    """
    known = "a1 \n\t-.,"
    literals = [one for one in dict.fromkeys(pattern) if not one.isalnum() and one not in "\\?"]
    letters = [one for one in dict.fromkeys(re.sub(r"\\.", "", pattern)) if one.isalnum()][:6]
    units = dict.fromkeys([*known, *literals, *letters])
    pairs = [*units, *("".join(pair) for pair in itertools.permutations([*units][:8], 2))]
    words = re.findall(r"[A-Za-z]{3,}", pattern)[:4]
    for unit in [*pairs, *words]:
        yield (unit * (LENGTH // len(unit) + 1))[:LENGTH] + "\x01"
    for first, second in itertools.permutations([*units][:5], 2):
        yield first * (LENGTH // 2) + second + first * (LENGTH // 2) + "\x01"


def run(expression: Expression, method: str, text: str) -> None:
    pattern = expression.pattern
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    if method == "sub":
        pattern.sub(given[:0], given)
    elif method == "finditer":
        for _ in pattern.finditer(given):
            pass
    else:
        getattr(pattern, method)(given)


def fastest(work: Callable[[], object], limit: float) -> float:
    """Return the processor time of the work: of three times, unless the first is in the limit."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
        if best < limit:
            break
    return best


ALL = list(expressions())


def test_all_expressions_are_found() -> None:
    places = {str(one) for one in ALL}
    assert len(places) > 50
    assert any(place.startswith("index.lexical.words._TOKEN") for place in places)
    assert not BOUNDED.keys() - places, "these are gone"


@pytest.mark.parametrize("expression", ALL, ids=str)
def test_an_expression_is_linear(expression: Expression) -> None:
    if str(expression) in BOUNDED:
        pytest.skip(BOUNDED[str(expression)])
    text = expression.pattern.pattern
    plain = re.compile("[^a]b|q")
    limit = ALLOWED * fastest(lambda: plain.search("a" * LENGTH), 0)
    for method in expression.methods or ("search",):
        for case in worst_cases(text.decode("latin-1") if isinstance(text, bytes) else text):
            # a part first, so that what is not linear is found before it takes minutes
            for part in (case[: LENGTH // 20] + case[-1], case):
                share = limit * len(part) / LENGTH
                took = fastest(partial(run, expression, method, part), share)
                assert took < share, f"{method}: {case[:20]!r}... of {len(part)} takes {took:.3f} s"
