from __future__ import annotations

from openpyxl import Workbook

from index.corpus.readers.xlsx import read_xlsx
from index.types import Location
from tests.index.corpus.readers.archives import replaced
from tests.index.corpus.readers.blocks import texts_of
from tests.index.corpus.readers.test_xlsx import saved

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    "</Relationships>"
)


def box(text: str, more: str = "") -> str:
    return (
        f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="Box"{more}/></xdr:nvSpPr><xdr:txBody>'
        f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    )


def test_text_boxes_follow_the_rows_of_their_sheet_and_hidden_ones_are_left_out() -> None:
    workbook = Workbook()
    for row in (["Boat", "Fee"], ["Heron", 30]):
        workbook.active.append(row)
    boxes = box("Fees rise in May.") + box("Code 4471", ' hidden="1"')
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f"<xdr:twoCellAnchor>{boxes}"
        "</xdr:twoCellAnchor></xdr:wsDr>"
    )
    data = replaced(saved(workbook), "xl/drawings/drawing1.xml", drawing)
    data = replaced(data, "xl/worksheets/_rels/sheet1.xml.rels", RELATIONS)
    document = read_xlsx(data, "a.xlsx", "id")
    assert texts_of(document) == ["Boat: Heron\nFee: 30", "Fees rise in May."]
    assert document.blocks[-1].location == Location(sheet="Sheet")
