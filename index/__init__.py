"""From files to hits: reads documents, indexes their passages and finds those that answer.

`__init__.pyi` lists every public name and its module. A module is loaded when one of its names is
first used, so that a process which reads one file loads neither FAISS nor SQLite.
"""

import ast
from importlib import import_module
from pathlib import Path


def _public_names() -> dict[str, str]:
    """Return the module of each public name, as the imports in `__init__.pyi` give it."""
    stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    return {
        alias.name: node.module
        for node in stub.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


_MODULES = _public_names()
__all__ = sorted(_MODULES)  # noqa: PLE0605 - type checkers read the list in __init__.pyi


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
