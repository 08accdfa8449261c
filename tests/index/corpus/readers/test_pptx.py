from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from index import Document, DocumentError
from index.corpus.readers.pptx import read_pptx
from index.types import Location
from tests.index.corpus.readers.archives import NO_ARCHIVES, zip_of
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    blocks_of,
    texts_of,
)

TITLE_AND_CONTENT, BLANK = 1, 6
WIDE = (Inches(1), Inches(1))


def saved(presentation: Any) -> bytes:
    stream = BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def read(presentation: Any, path: str = "deep/some-talk.pptx") -> Document:
    is_bytes = isinstance(presentation, bytes)
    return read_pptx(presentation if is_bytes else saved(presentation), path, "id")


def add_slide(presentation: Any, layout: int = BLANK) -> Any:
    return presentation.slides.add_slide(presentation.slide_layouts[layout])


def add_text(shapes: Any, text: str, left: float = 0, top: float = 0) -> None:
    shapes.add_textbox(Inches(left), Inches(top), *WIDE).text_frame.text = text


def test_each_slide_is_a_section_that_is_cited_by_its_number() -> None:
    talk = Presentation()
    for title, body in [("Plans", "One.\nTwo."), ("Costs", "Many.")]:
        slide = add_slide(talk, TITLE_AND_CONTENT)
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    document = read(talk)
    assert blocks_of(document) == [
        ("heading", "Plans", ("Plans",)),
        ("prose", "One.", ("Plans",)),
        ("prose", "Two.", ("Plans",)),
        ("heading", "Costs", ("Costs",)),
        ("prose", "Many.", ("Costs",)),
    ]
    assert [block.location for block in document.blocks] == [Location(slide=1)] * 3 + [
        Location(slide=2)
    ] * 2
    assert (document.pages, document.blank_pages) == (2, ())
    assert document.text == "Plans\n\nOne.\nTwo.\n\nCosts\n\nMany."
    assert_passages_stand_where_they_say(document)


def test_a_slide_without_text_is_reported_as_blank_and_one_without_title_has_no_heading() -> None:
    talk = Presentation()
    add_slide(talk, TITLE_AND_CONTENT).shapes.title.text = "Plans"
    add_slide(talk)
    add_text(add_slide(talk).shapes, "Words.")
    document = read(talk)
    assert (document.pages, document.blank_pages) == (3, (2,))
    assert blocks_of(document)[-1] == ("prose", "Words.", ())


def test_shapes_are_read_from_top_to_bottom_and_groups_where_they_stand() -> None:
    talk = Presentation()
    shapes = add_slide(talk).shapes
    add_text(shapes, "last", top=5)
    group = shapes.add_group_shape()
    add_text(group.shapes, "in group, below", top=3)
    add_text(group.shapes, "in group, above", top=2)
    add_text(shapes, "first right", left=4, top=1)
    add_text(shapes, "first left", left=1, top=1)
    assert texts_of(read(talk)) == [
        "first left",
        "first right",
        "in group, above",
        "in group, below",
        "last",
    ]


def test_tables_and_charts_are_blocks_of_rows() -> None:
    talk = Presentation()
    shapes = add_slide(talk).shapes
    table = shapes.add_table(2, 2, 0, 0, *WIDE).table
    for row, column, text in [(0, 0, "Name"), (0, 1, "Metres"), (1, 0, "Oak"), (1, 1, "20")]:
        table.cell(row, column).text = text
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["2020", "2021"]
    data.add_series("Sales", (1_234_567, None))
    chart = shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, Inches(3), *WIDE, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Growth"
    assert blocks_of(read(talk)) == [
        ("lines", "Name | Metres\nOak | 20", ()),
        ("lines", "Growth\n| 2020 | 2021\nSales | 1234567 |", ()),
    ]


def test_a_chart_of_any_type_is_read_with_its_dates_and_formats() -> None:
    presentation = Presentation()
    data: Any = CategoryChartData(number_format="0.0%")  # type: ignore[no-untyped-call]
    data.categories = [dt.date(2020, 3, 5), dt.date(2020, 3, 6)]
    data.add_series("Share", [0.25, None])
    shapes = presentation.slides.add_slide(presentation.slide_layouts[6]).shapes
    frame = shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, *WIDE, data)
    for plot in frame.chart_part._element.iter("{*}lineChart"):
        plot.tag = plot.tag.replace("lineChart", "stockChart")  # python-pptx knows none
    assert texts_of(read(presentation)) == ["| 2020-03-05 | 2020-03-06\nShare | 25.0% |"]


def test_notes_come_last_on_their_slide() -> None:
    talk = Presentation()
    slide = add_slide(talk, TITLE_AND_CONTENT)
    slide.shapes.title.text = "Plans"
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    document = read(talk)
    assert texts_of(document) == ["Plans", "Say it slowly."]
    assert document.blocks[-1].location == Location(slide=1)


def test_metadata_is_what_the_file_states() -> None:
    talk = Presentation()
    stated = talk.core_properties
    stated.title, stated.author = "Plans for 2022", "Ann Lee"
    stated.modified = dt.datetime(2021, 3, 4)
    metadata = read(talk).metadata
    assert (metadata.title, metadata.authors) == ("Plans for 2022", ("Ann Lee",))
    assert metadata.date == dt.date(2021, 3, 4)


def test_without_a_stated_title_the_first_slides_is_it() -> None:
    talk = Presentation()
    talk.core_properties.title = "PowerPoint Presentation"
    assert read(talk).metadata.title == "some-talk"
    add_slide(talk, TITLE_AND_CONTENT).shapes.title.text = "Plans"
    assert read(talk).metadata.title == "Plans"


@pytest.mark.parametrize(("data", "reason"), NO_ARCHIVES)
def test_what_is_no_presentation_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^deep/some-talk\.pptx: {reason}"):
        read(data)


def test_hidden_slides_are_left_out_and_named() -> None:
    presentation = Presentation()
    for text in ("Shown.", "Code 4471."):
        add_slide(presentation).shapes.add_textbox(*WIDE, *WIDE).text_frame.text = text
    presentation.slides[1].element.set("show", "0")
    document = read(presentation)
    assert texts_of(document) == ["Shown."]
    assert document.notes == ("left out hidden slides: 2",)
    assert document.blank_pages == ()


def test_merged_cells_stand_wherever_they_cover() -> None:
    presentation = Presentation()
    table = add_slide(presentation).shapes.add_table(3, 2, *WIDE, *WIDE).table
    for place, text in enumerate(["Region", "Town", "North", "Arby", "", "Belk"]):
        table.cell(place // 2, place % 2).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert texts_of(read(presentation)) == ["Region | Town\nNorth | Arby\nNorth | Belk"]


def test_raised_figures_keep_their_meaning() -> None:
    presentation = Presentation()
    frame = add_slide(presentation).shapes.add_textbox(*WIDE, *WIDE).text_frame
    for text, shift in (("3×10", ""), ("6", "30000"), (" H", ""), ("2", "-25000"), ("O", "")):
        run = frame.paragraphs[0].add_run()
        run.text = text
        if shift:
            run._r.get_or_add_rPr().set("baseline", shift)
    assert texts_of(read(presentation)) == ["3×10⁶ H₂O"]


def test_a_presentation_without_properties_has_no_date() -> None:
    presentation = Presentation()
    add_slide(presentation).shapes.add_textbox(*WIDE, *WIDE).text_frame.text = "Words."
    with ZipFile(BytesIO(saved(presentation))) as opened:
        files: dict[str, str | bytes] = {
            one: opened.read(one) for one in opened.namelist() if one != "docProps/core.xml"
        }
        relations = opened.read("_rels/.rels").decode()
    files["_rels/.rels"] = re.sub("<Relationship [^>]*core-properties[^>]*>", "", relations)
    assert read(zip_of(files)).metadata.date is None


def diagram_on(slide: Any, words: str) -> None:
    """Add a diagram with some words to a slide."""
    spaces = f'{nsdecls("a", "p", "r")} xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    point = f"<d:pt><d:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></d:t></d:pt>"
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/xml",
        slide.part.package,
        f"<d:dataModel {spaces}>{point}</d:dataModel>".encode(),
    )
    identity = slide.part.relate_to(part, "http://example.org/diagramData")
    frame = (
        f"<p:graphicFrame {spaces}><p:nvGraphicFramePr><p:cNvPr id='9' name='d'/>"
        "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
        "<p:xfrm><a:off x='0' y='9'/><a:ext cx='9' cy='9'/></p:xfrm><a:graphic>"
        "<a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/diagram'>"
        f"<d:relIds r:dm='{identity}'/></a:graphicData></a:graphic></p:graphicFrame>"
    )
    slide.shapes._spTree.append(parse_xml(frame))


def test_the_words_of_a_diagram_are_read() -> None:
    talk = Presentation()
    slide = add_slide(talk)
    add_text(slide.shapes, "Before.")
    diagram_on(slide, "Plan, do, check.")
    assert texts_of(read(talk)) == ["Before.", "Plan, do, check."]


@pytest.mark.parametrize("missing", ["ppt/diagrams/data1.xml", "ppt/charts/chart"])
def test_a_diagram_or_chart_whose_part_is_missing_costs_itself_alone(missing: str) -> None:
    talk = Presentation()
    slide = add_slide(talk)
    add_text(slide.shapes, "Before.")
    diagram_on(slide, "Plan, do, check.")
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["Boats"]
    data.add_series("Berths", [12])
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(2), Inches(2), *WIDE, data)
    cut = BytesIO()
    with ZipFile(BytesIO(saved(talk))) as source, ZipFile(cut, "w") as target:
        for name in source.namelist():
            if not name.startswith(missing):
                target.writestr(name, source.read(name))
    texts = texts_of(read(cut.getvalue()))
    assert texts[0] == "Before."
    assert len(texts) == 2


def test_what_stands_in_alternatives_is_read_as_powerpoint_shows_it() -> None:
    presentation = Presentation()
    slide = add_slide(presentation)
    add_text(slide.shapes, "Chosen.")
    add_text(slide.shapes, "Fallback.")
    chosen, other = (shape._element for shape in slide.shapes)
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = parse_xml(
        f'<mc:AlternateContent {space}><mc:Choice Requires="x"/><mc:Fallback/>'
        "</mc:AlternateContent>"
    )
    chosen.addprevious(both)
    both[0].append(chosen)
    both[1].append(other)
    assert texts_of(read(presentation)) == ["Chosen."]


def test_formulas_are_words_too() -> None:
    presentation = Presentation()
    slide = add_slide(presentation)
    add_text(slide.shapes, "E = m")
    space = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    formula = (
        f"<m:oMath {space}><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r>"
        "</m:sup></m:sSup></m:oMath>"
    )
    slide.shapes[0].text_frame.paragraphs[0]._p.append(parse_xml(formula))
    assert texts_of(read(presentation)) == ["E = mc²"]
