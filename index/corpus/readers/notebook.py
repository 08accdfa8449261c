"""Reads Jupyter notebooks (.ipynb, nbformat 4): their text, their code and what it printed."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.markdown import read_markdown
from index.corpus.readers.parse_errors import parsing
from index.types import Document, Location, Metadata

_LONGEST_OUTPUT = 20_000  # characters of what one cell printed

# nbformat stores text as one string or as a list of lines
_Text = Annotated[
    str, BeforeValidator(lambda text: "".join(text) if isinstance(text, list) else text)
]


class _Output(BaseModel):
    text: _Text = ""
    data: dict[str, Any] = {}


class _Cell(BaseModel):
    cell_type: str
    source: _Text = ""
    outputs: list[_Output] = []


class _Notebook(BaseModel):
    cells: list[_Cell]


def read_notebook(data: bytes, path: str, identity: str) -> Document:
    """Read a notebook cell by cell; `part` is the number of the cell, from 1.

    Raises:
        DocumentError: it is no notebook.
    """
    decoded = decode(data, path)
    with parsing(path, "a Jupyter notebook (.ipynb)"):
        notebook = _Notebook.model_validate(json.loads(decoded.text))
        assembly = Assembly()
        for number, cell in enumerate(notebook.cells, start=1):
            location = Location(part=f"cell {number}")
            if cell.cell_type == "markdown":
                _add_markdown(cell.source, assembly, location)
                continue
            assembly.add(cell.source, "lines", location)
            for output in cell.outputs:
                plain = output.data.get("text/plain", "")
                text = output.text or ("".join(plain) if isinstance(plain, list) else str(plain))
                assembly.add(text[:_LONGEST_OUTPUT], "lines", location)
        metadata = Metadata(title=title_of(path, assembly.first_heading))
        return assembly.document(identity, path, metadata, notes=decoded.notes)


def _add_markdown(source: str, assembly: Assembly, location: Location) -> None:
    document = read_markdown(source.encode("utf-8", "replace"), "cell.md", "")
    for block in document.blocks:
        text = document.text[block.span.start : block.span.end]
        if block.kind == "heading":
            marks = len(text) - len(text.lstrip("#"))
            assembly.add_heading(block.headings[-1], marks or 1, location)
        else:
            assembly.add(text, block.kind, location)
