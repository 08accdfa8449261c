"""Writes the formulas of Office files on a line: what is raised as such, fractions with a slash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.scripts import lowered, raised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SCRIPTS = {f"{_MATH}sup": raised, f"{_MATH}sub": lowered}


def formula_parts(element: Element) -> Iterator[str]:
    """Yield the parts of the formulas in an element, none if it holds no formula."""
    for one in element.iter(f"{_MATH}t", f"{_MATH}den"):
        yield "/" if one.tag == f"{_MATH}den" else formula_text(one)


def formula_text(text: Element) -> str:
    """Return the text of a run of a formula as it stands: on the line, raised or lowered."""
    run = text.getparent()
    script = _SCRIPTS.get(run.getparent().tag) if run is not None else None
    return script(text.text or "") if script else text.text or ""
