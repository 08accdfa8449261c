from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index import Document, DocumentError
from index.corpus.readers.docx import read_docx
from tests.index.corpus.readers.archives import LAUGHS, NO_ARCHIVES, replaced, zip_of
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    blocks_of,
    texts_of,
)

COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def saved(word: Any) -> bytes:
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def read(word: Any, path: str = "deep/some-report.docx") -> Document:
    return read_docx(word if isinstance(word, bytes) else saved(word), path, "id")


def with_body(xml: str) -> Any:
    """Return a document whose body is this WordprocessingML."""
    word = docx.Document()
    body = word.element.body
    for number, one in enumerate(parse_xml(f"<w:body {nsdecls('w', 'm')}>{xml}</w:body>")):
        body.insert(number, one)
    return word


def test_headings_are_the_path_of_what_stands_below_them() -> None:
    word = docx.Document()
    word.add_heading("Annual report", 0)
    word.add_paragraph("Summary.")
    word.add_heading("Results", 1)
    word.add_heading("Sales", 2)
    word.add_paragraph("They rose.\nMuch.")
    word.add_heading("Outlook", 1)
    word.add_paragraph("Good.")
    document = read(word)
    assert blocks_of(document) == [
        ("heading", "Annual report", ("Annual report",)),
        ("prose", "Summary.", ("Annual report",)),
        ("heading", "Results", ("Annual report", "Results")),
        ("heading", "Sales", ("Annual report", "Results", "Sales")),
        ("prose", "They rose.\nMuch.", ("Annual report", "Results", "Sales")),
        ("heading", "Outlook", ("Annual report", "Outlook")),
        ("prose", "Good.", ("Annual report", "Outlook")),
    ]
    assert document.text.startswith("Annual report\n\nSummary.\n\nResults")
    assert_passages_stand_where_they_say(document)


def test_a_style_of_ones_own_that_is_based_on_a_heading_is_one() -> None:
    word = docx.Document()
    style = word.styles.add_style("Chapter", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = word.styles["Heading 2"]
    word.add_paragraph("One", style="Chapter")
    word.add_paragraph("Words.")
    assert blocks_of(read(word))[1] == ("prose", "Words.", ("One",))


def test_metadata_is_what_the_file_states() -> None:
    word = docx.Document()
    stated = word.core_properties
    stated.title, stated.author, stated.language = "Sales", "Ann Lee; Bo Chen", "de-DE"
    stated.keywords = "money, growth"
    stated.created, stated.modified = dt.datetime(2020, 1, 2), dt.datetime(2021, 3, 4)
    metadata = read(word).metadata
    assert (metadata.title, metadata.authors) == ("Sales", ("Ann Lee", "Bo Chen"))
    assert (metadata.language, metadata.tags) == ("de", ("money", "growth"))
    assert metadata.date == dt.date(2021, 3, 4)


def test_a_document_made_from_a_template_takes_neither_date_nor_author_from_it() -> None:
    word = docx.Document()
    assert (read(word).metadata.date, read(word).metadata.authors) == (None, ())
    word.core_properties.created = dt.datetime(2024, 5, 6)
    assert read(word).metadata.date == dt.date(2024, 5, 6)


def test_without_a_stated_title_the_first_heading_or_the_name_of_the_file_is_it() -> None:
    word = docx.Document()
    assert read(word).metadata.title == "some-report"
    word.add_heading("Results", 1)
    assert read(word).metadata.title == "Results"


def test_a_table_is_one_block_of_rows_in_its_place() -> None:
    word = docx.Document()
    word.add_paragraph("Before.")
    table = word.add_table(3, 2)
    for cell, text in zip(table._cells, ["Name", "Metres", "Oak", "20", "", ""], strict=True):
        cell.text = text
    table.cell(1, 0).add_paragraph("(old)")
    word.add_paragraph("After.")
    assert blocks_of(read(word)) == [
        ("prose", "Before.", ()),
        ("lines", "Name | Metres\nOak (old) | 20", ()),
        ("prose", "After.", ()),
    ]


def test_merged_cells_are_read_once() -> None:
    word = docx.Document()
    table = word.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
    table.cell(1, 0).text, table.cell(1, 1).text = "a", "b"
    assert texts_of(read(word)) == ["Wide\na | b"]


def test_a_table_for_layout_is_read_cell_by_cell() -> None:
    word = docx.Document()
    table = word.add_table(1, 2)
    table.cell(0, 0).paragraphs[0].text = "Left."
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"
    assert texts_of(read(word)) == ["Left.", "a | b"]


def test_a_table_within_a_cell_of_data_is_text_of_the_cell() -> None:
    word = docx.Document()
    table = word.add_table(3, 2)
    for at, text in enumerate(["Boat", "Fee", "Owl", "5", "Elk", "9"]):
        table.cell(*divmod(at, 2)).text = text
    inner = table.cell(2, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "net", "gross"
    assert texts_of(read(word)) == ["Boat | Fee\nOwl | 5\nElk | 9 net gross"]


def test_items_of_a_list_follow_one_another_line_by_line() -> None:
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    items = "".join(f"<w:p>{numbered}<w:r><w:t>{one}</w:t></w:r></w:p>" for one in ("One", "Two"))
    assert read(with_body(items)).text == "One\nTwo"


def test_changes_are_read_as_accepted() -> None:
    xml = (
        "<w:p><w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    )
    assert texts_of(read(with_body(xml))) == ["kept new"]


def test_links_fields_controls_and_equations_are_words_too() -> None:
    xml = (
        "<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>x</w:t>"
        "<w:noBreakHyphen/><w:t>y</w:t><w:instrText>PAGE</w:instrText></w:r>"
        "<m:oMath><m:r><m:t>=1</m:t></m:r></m:oMath></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert texts_of(read(with_body(xml))) == ["link\tx-y=1", "control"]


def test_a_text_box_follows_its_paragraph_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    xml = (
        f"<w:p><w:r><w:t>around</w:t><mc:AlternateContent {space}><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts_of(read(with_body(xml))) == ["around", "boxed"]


def test_heads_and_feet_of_pages_come_last_and_each_once() -> None:
    word = docx.Document()
    word.add_heading("One", 1)
    word.sections[0].header.paragraphs[0].text = "Draft 3"
    word.add_section().header.is_linked_to_previous = False
    word.sections[1].header.paragraphs[0].text = "Draft 3"
    word.sections[0].footer.paragraphs[0].text = "Confidential"
    assert blocks_of(read(word))[1:] == [("lines", "Draft 3", ()), ("lines", "Confidential", ())]


def test_comments_are_left_out_and_counted() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Words.")
    word.add_comment(paragraph.runs, "Really?", author="Ann")
    document = read(word)
    assert texts_of(document) == ["Words."]
    assert document.notes == ("left out comments: 1",)


def test_a_large_first_letter_belongs_to_the_paragraph_after_it() -> None:
    word = docx.Document()
    frame = f'<w:framePr {nsdecls("w")} w:dropCap="drop" w:lines="3"/>'
    word.add_paragraph("D")._p.get_or_add_pPr().append(parse_xml(frame))
    word.add_paragraph("rops fall.")
    assert texts_of(read(word)) == ["Drops fall."]


def test_the_words_of_a_diagram_follow_its_paragraph() -> None:
    word = docx.Document()
    spaces = (
        'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )
    points = "".join(
        f"<d:pt><d:t><a:p><a:r><a:t>{one}</a:t></a:r></a:p></d:t></d:pt>" for one in "AB"
    )
    part = Part(
        PackURI("/word/diagrams/data1.xml"),
        "application/xml",
        f"<d:dataModel {spaces}>{points}</d:dataModel>".encode(),
        word.part.package,
    )
    identity = word.part.relate_to(part, "http://example.org/diagramData")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    call = f'<d:relIds {spaces} xmlns:r="{relation}" r:dm="{identity}"/>'
    word.add_paragraph("Steps:").add_run()._r.append(parse_xml(call))
    assert texts_of(read(word)) == ["Steps:", "A", "B"]


def chart_of(word: Any) -> str:
    """Return the call of a chart with one value, whose part is added to a document."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    series = "<c:tx><c:v>Boats</c:v></c:tx><c:val><c:pt idx='0'><c:v>12</c:v></c:pt></c:val>"
    chart = (
        f"<c:chartSpace xmlns:c='{space}'><c:chart><c:ser>{series}</c:ser></c:chart></c:chartSpace>"
    )
    name = PackURI("/word/charts/chart1.xml")
    part = Part(name, "application/xml", chart.encode(), word.part.package)
    identity = word.part.relate_to(part, "http://example.org/chart")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f"<c:chart xmlns:c='{space}' xmlns:r='{relation}' r:id='{identity}'/>"


def test_a_chart_follows_its_paragraph_as_a_table() -> None:
    word = docx.Document()
    word.add_paragraph("Before.").add_run()._r.append(parse_xml(chart_of(word)))
    word.add_paragraph("After.")
    assert texts_of(read(word)) == ["Before.", "Boats | 12", "After."]


def test_text_boxes_in_text_boxes_and_their_charts_are_read_once() -> None:
    word = docx.Document()
    inner = f"<w:p><w:r><w:t>inner</w:t>{chart_of(word)}</w:r></w:p>"
    box = f"<w:r><w:txbxContent>{inner}</w:txbxContent></w:r>"
    outer = f"<w:p><w:r><w:t>outer</w:t></w:r>{box}</w:p>"
    body = f"<w:p {nsdecls('w')}><w:r><w:txbxContent>{outer}</w:txbxContent></w:r></w:p>"
    word.element.body.insert(0, parse_xml(body))
    assert texts_of(read(word)) == ["outer", "inner", "Boats | 12"]


def test_a_chart_without_its_part_costs_nothing_else() -> None:
    word = docx.Document()
    call = re.sub(r"r:id='\w+'", "r:id='gone'", chart_of(word))
    word.add_paragraph("Words.").add_run()._r.append(parse_xml(call))
    assert texts_of(read(word)) == ["Words."]


@pytest.mark.parametrize(("data", "reason"), NO_ARCHIVES)
def test_what_is_no_word_document_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^deep/some-report\.docx: {reason}"):
        read(data)


def test_no_entity_is_expanded_or_fetched() -> None:
    space = nsdecls("w")
    body = f"<w:document {space}><w:body><w:p><w:r><w:t>a&f;&g;b</w:t></w:r></w:p></w:body>"
    bomb = replaced(saved(docx.Document()), "word/document.xml", f"{LAUGHS}{body}</w:document>")
    text = read(bomb).text
    assert "root:" not in text
    assert "haha" not in text


def test_a_damaged_file_is_refused_by_name() -> None:
    word = saved(docx.Document())
    for data in (word[: len(word) // 2], replaced(word, "word/document.xml", "<w:document")):
        with pytest.raises(DocumentError, match=r"^deep/some-report\.docx: "):
            read(data)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_raised_and_lowered_figures_keep_their_meaning() -> None:
    raised, lowered = (f'<w:vertAlign w:val="{one}script"/>' for one in ("super", "sub"))
    body = f"<w:p>{run('3×10')}{run('6', raised)}{run(' H')}{run('2', lowered)}{run('O')}</w:p>"
    power = (
        "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    )
    half = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    body += f"<w:p><m:oMath>{power}</m:oMath></w:p><w:p><m:oMath>{half}</m:oMath></w:p>"
    assert texts_of(read(with_body(body))) == ["3×10⁶ H₂O", "x²", "1/2"]


def test_hidden_text_is_left_out_and_reported() -> None:
    body = f"<w:p>{run('The code is ')}{run('4471', '<w:vanish/>')}{run('kept.')}</w:p>"
    shown = '<w:vanish w:val="0"/>'
    body += f"<w:p>{run('Shown.', shown)}</w:p>"
    document = read(with_body(body))
    assert texts_of(document) == ["The code is kept.", "Shown."]
    assert document.notes == ("left out hidden text",)


def test_a_style_may_hide_its_text() -> None:
    word = docx.Document()
    style = word.styles.add_style("Secret", WD_STYLE_TYPE.PARAGRAPH)
    style.font.hidden = True
    word.add_paragraph("4471", style)
    word.add_paragraph("Shown.")
    assert texts_of(read(word)) == ["Shown."]


def test_a_note_stands_where_it_is_called() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f'<w:footnote w:id="2"><w:p>{run("The buyer was Hedda Rook.")}</w:p></w:footnote>'
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    word = saved(with_body(f"<w:p>{run('The mill was sold')}{call}{run('.')}</w:p>"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relation = f'<Relationship Id="n1" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    relations = member(word, "word/_rels/document.xml.rels").replace("</Relationships>", relation)
    types = member(word, "[Content_Types].xml").replace(
        "</Types>",
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.footnotes+xml"/></Types>',
    )
    word = replaced(word, "word/footnotes.xml", f"<w:footnotes {space}>{note}</w:footnotes>")
    word = replaced(word, "word/_rels/document.xml.rels", relations)
    document = read(replaced(word, "[Content_Types].xml", types))
    assert texts_of(document) == ["The mill was sold [The buyer was Hedda Rook]."]


def member(archive: bytes, name: str) -> str:
    with ZipFile(BytesIO(archive)) as opened:
        return opened.read(name).decode()


def test_cells_merged_downwards_stand_in_each_row_that_they_cover() -> None:
    word = docx.Document()
    table = word.add_table(3, 3)
    for cell, text in zip(table._cells, "North Arby 1 x Belk 2 South Corv 3".split(), strict=True):
        cell.text = text
    table.cell(1, 0).text = ""
    table.cell(0, 0).merge(table.cell(1, 0))
    assert texts_of(read(word)) == ["North | Arby | 1\nNorth | Belk | 2\nSouth | Corv | 3"]


def test_cells_merged_sideways_and_rows_that_begin_later_keep_their_columns() -> None:
    def row(*cells: str, before: str = "") -> str:
        return f"<w:tr>{before}{''.join(cells)}</w:tr>"

    def cell(text: str, merged: str = "") -> str:
        return f"<w:tc><w:tcPr>{merged}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    late = row(cell("Mon"), cell("Tue"), before='<w:trPr><w:gridBefore w:val="1"/></w:trPr>')
    body = late + row(
        cell("Ida", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), cell("Late")
    )
    assert texts_of(read(with_body(f"<w:tbl>{body}</w:tbl>"))) == ["| Mon | Tue\nIda | Ida | Late"]


def test_a_text_box_in_a_cell_is_read_once() -> None:
    box = f"<w:txbxContent><w:p>{run('Boxed.')}</w:p></w:txbxContent>"
    drawn = (
        f'<w:r><mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice Requires="wps">{box}'
        f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    cells = f"<w:tc><w:p>{run('Oak ')}{drawn}</w:p></w:tc><w:tc><w:p>{run('20')}</w:p></w:tc>"
    assert texts_of(read(with_body(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))) == ["Oak Boxed. | 20"]


def test_list_items_and_headings_have_the_numbers_that_word_shows() -> None:
    level = (
        '<w:lvl w:ilvl="{}"><w:start w:val="{}"/><w:numFmt w:val="{}"/>'
        '<w:lvlText w:val="{}"/></w:lvl>'
    )
    levels = level.format(0, 3, "decimal", "%1.") + level.format(1, 1, "lowerLetter", "%1.%2)")
    word = with_body(
        "".join(
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr></w:pPr>'
            f"{run(text)}</w:p>"
            for depth, text in ((0, "One"), (1, "Two"), (1, "Three"), (0, "Four"), (1, "Five"))
        )
    )
    numbering = word.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'),
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>')
    )
    assert read(word).text == "3. One\n3.a) Two\n3.b) Three\n4. Four\n4.a) Five"


def test_a_document_without_properties_has_no_date() -> None:
    word = docx.Document()
    word.add_paragraph("Words.")
    with ZipFile(BytesIO(saved(word))) as opened:
        files: dict[str, str | bytes] = {one: opened.read(one) for one in opened.namelist()}
        relations = opened.read("_rels/.rels").decode()
    del files["docProps/core.xml"]
    files["_rels/.rels"] = re.sub("<Relationship [^>]*core-properties[^>]*>", "", relations)
    assert read(zip_of(files)).metadata.date is None
