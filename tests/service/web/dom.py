"""A page as the tree that a browser would make of it, for tests that look at elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.children)

    @property
    def line(self) -> str:
        """Return the text as it is read, with white space run together."""
        return " ".join(self.text.split())

    def __iter__(self) -> Iterator[Node]:
        for one in self.children:
            if isinstance(one, Node):
                yield one
                yield from one

    def all(self, tag: str = "", **attributes: str) -> list[Node]:
        """Return the elements below of that tag and attributes; `class_` is one of its classes."""
        wanted = attributes.pop("class_", None)
        return [
            one
            for one in self
            if tag in {"", one.tag}
            and (wanted is None or wanted in one.attributes.get("class", "").split())
            and all(one.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> Node:
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute is repeated in <{tag}>"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(page: str) -> Node:
    """Return the tree of a page, once its elements are closed in order and its ids are unique."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    (root,) = builder.open
    ids = [node.attributes["id"] for node in root if "id" in node.attributes]
    assert len(set(ids)) == len(ids), ids
    return root
