"""Reads Jupyter notebooks (.ipynb, nbformat 2 to 4): their text, their code and what it printed."""

from __future__ import annotations

import json
from itertools import chain
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, model_validator

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.markdown import read_markdown
from index.corpus.readers.parse_errors import parsing
from index.types import Document, Location, Metadata

_LONGEST_OUTPUT = 20_000  # characters of what one cell printed


def _joined(text: object) -> object:
    """Join lines, of which nbformat stores a list, before version 3 without their ends."""
    if not isinstance(text, list):
        return text
    return ("" if any(str(line).endswith("\n") for line in text) else "\n").join(text)


_Text = Annotated[str, BeforeValidator(_joined)]


class _Output(BaseModel):
    text: _Text = ""
    data: dict[str, Any] = {}
    ename: str = ""
    evalue: str = ""


class _Cell(BaseModel):
    cell_type: str
    source: _Text = Field("", validation_alias=AliasChoices("source", "input"))
    level: int = 1
    outputs: list[_Output] = []


class _Worksheet(BaseModel):
    cells: list[_Cell] = []


class _Notebook(BaseModel):
    cells: list[_Cell] | None = None
    worksheets: list[_Worksheet] | None = None  # until nbformat 3

    @model_validator(mode="after")
    def _holds_cells(self) -> Self:
        if self.cells is None and self.worksheets is None:
            raise ValueError("it has no cells")
        return self

    def all_cells(self) -> list[_Cell]:
        of_sheets = chain.from_iterable(sheet.cells for sheet in self.worksheets or ())
        return [*(self.cells or ()), *of_sheets]


def read_notebook(data: bytes, path: str, identity: str) -> Document:
    """Read a notebook cell by cell; `part` is the number of the cell, from 1.

    Raises:
        DocumentError: it is no notebook.
    """
    decoded = decode(data, path)
    with parsing(path, "a Jupyter notebook (.ipynb)"):
        notebook = _Notebook.model_validate(json.loads(decoded.text))
        assembly = Assembly()
        for number, cell in enumerate(notebook.all_cells(), start=1):
            location = Location(part=f"cell {number}")
            if cell.cell_type == "markdown":
                _add_markdown(cell.source, assembly, location)
                continue
            if cell.cell_type == "heading":
                assembly.add_heading(cell.source, cell.level, location)
                continue
            assembly.add(cell.source, "lines", location)
            for output in cell.outputs:
                plain = output.data.get("text/plain", "")
                text = output.text or str(_joined(plain))
                error = ": ".join(filter(None, (output.ename, output.evalue)))
                assembly.add((text or error)[:_LONGEST_OUTPUT], "lines", location)
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
