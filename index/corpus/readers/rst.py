"""Reads reStructuredText, without the files that it would include."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, day_of, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.numerals import numeral
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.tables import table_rows
from index.types import Document, Metadata

if TYPE_CHECKING:
    from docutils import nodes

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,  # no docutils.conf of the user
    "report_level": 5,  # errors stay in the tree, not on standard error
    "halt_level": 5,
    "warning_stream": False,
    "line_length_limit": 1 << 40,
    "syntax_highlight": "none",
}
_LINES = ("literal_block", "doctest_block", "math_block")
_UNSHOWN = ("comment", "substitution_definition", "target", "pending", "meta", "label")
_ITEMS = ("list_item", "definition", "definition_list_item")
_NUMERALS = {
    "loweralpha": "lowerLetter",
    "upperalpha": "upperLetter",
    "lowerroman": "lowerRoman",
    "upperroman": "upperRoman",
}
_ENTRIES = {
    *("field", "author", "authors", "organization", "contact", "address"),
    *("version", "revision", "status", "date", "copyright"),
}


def read_rst(data: bytes, path: str, identity: str) -> Document:
    """Read reStructuredText, without its markup.

    Comments are left out. Directives that are not known, as Sphinx has them, stand as they were
    written, and so do those that would insert a file, which the notes name.

    Raises:
        DocumentError: it is not text, or nests too deep.
    """
    from docutils.core import publish_doctree

    decoded = decode(data, path)
    with parsing(path, "reStructuredText"), _own_roles():
        tree = publish_doctree(decoded.text, settings_overrides=_SETTINGS)
        _bracket_marks(tree)
        assembly = Assembly()
        notes = (*decoded.notes, *_add(tree, assembly, 1))
        return assembly.document(identity, path, _metadata(tree, path, assembly), notes=notes)


@contextmanager
def _own_roles() -> Iterator[None]:
    """Forget the roles that a file defines; docutils keeps them for the next."""
    from docutils.parsers.rst import roles

    known = dict(roles._roles)
    try:
        yield
    finally:
        roles._roles.clear()
        roles._roles.update(known)


def _bracket_marks(tree: nodes.document) -> None:
    """Put the marks of notes in brackets, where they are no part of a number before them."""
    from docutils import nodes

    for mark in list(tree.findall(nodes.footnote_reference)):
        mark[:] = [nodes.Text(f"[{mark.astext()}]")]


def _add(node: nodes.Node, assembly: Assembly, level: int) -> Iterator[str]:
    """Add what stands in a node, whose headings are of a level; yield notes."""
    from docutils import nodes

    kind = type(node).__name__
    if kind in _UNSHOWN or "contents" in node.get("classes", ()):
        return
    if kind == "title" and isinstance(node.parent, nodes.document | nodes.section):
        assembly.add_heading(node.astext(), level)
    elif kind == "system_message":
        yield from _add_source(node, assembly)
    elif kind == "table":
        _add_table(node, assembly)
    elif kind in _LINES:
        assembly.add(node.astext(), "lines")
    elif kind == "line_block":
        assembly.add("\n".join(line.astext() for line in node.findall(nodes.line)), "lines")
    elif kind in _ENTRIES:
        name, value = (node[0].astext(), node[1]) if kind == "field" else (kind.title(), node)
        texts = [one.astext() for one in value] if kind == "authors" else [value.astext()]
        assembly.add(f"{name}: {', '.join(texts)}", close=node.parent.index(node) > 0)
    elif kind in {"footnote", "citation"}:
        label, *body = (child.astext() for child in node)
        assembly.add("\n".join([f"[{label}]", *body]).replace("\n", " ", 1))
    elif kind == "image":
        assembly.add(node.get("alt", ""))
    elif isinstance(node, nodes.TextElement):
        assembly.add(_number(node) + node.astext(), close=_follows_item(node))
    else:
        has_title = any(isinstance(child, nodes.title) for child in node.children)
        for child in node.children:
            below = level + 1 if has_title and isinstance(child, nodes.section) else level
            yield from _add(child, assembly, below)


def _number(node: nodes.Node) -> str:
    """Return the number of the list item that a text begins, with a space after it, else ""."""
    item, items = node.parent, node.parent.parent
    if type(items).__name__ != "enumerated_list" or item.index(node) > 0:
        return ""
    number = items.get("start", 1) + items.index(item)
    shown = numeral(number, _NUMERALS.get(items["enumtype"], ""))
    return f"{items['prefix']}{shown}{items['suffix']} "


def _follows_item(node: nodes.Node) -> bool:
    """Whether a text begins an item that is not the first of its list."""
    item = node.parent
    is_first = item.index(node) == 0 and type(item).__name__ in _ITEMS
    return is_first and item.parent.index(item) > 0


def _add_source(message: nodes.Node, assembly: Assembly) -> Iterator[str]:
    """Add markup that docutils does not understand, as it was written."""
    sources = [one.astext() for one in message.children if type(one).__name__ == "literal_block"]
    for source in sources:
        assembly.add(source, "lines")
    if sources and any(word in message.astext() for word in ("disabled", "deactivated")):
        yield f"line {message['line']} stands as it was written: {sources[0].splitlines()[0]}"


def _add_table(table: nodes.Node, assembly: Assembly) -> None:
    from docutils import nodes

    for title in table.findall(nodes.title):
        assembly.add(title.astext())
    rows = [[entry.astext() for entry in row.children] for row in table.findall(nodes.row)]
    assembly.add(table_rows(rows), "lines")


def _metadata(tree: nodes.document, path: str, assembly: Assembly) -> Metadata:
    from docutils import nodes

    names = (" ".join(author.astext().split()) for author in tree.findall(nodes.author))
    return Metadata(
        title=title_of(path, assembly.first_heading),
        authors=tuple(name for name in names if name),
        date=next((day_of(date.astext()) for date in tree.findall(nodes.date)), None),
    )
