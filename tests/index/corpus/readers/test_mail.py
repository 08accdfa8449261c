from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, DocumentError, Metadata
from index.corpus.readers.mail import read_eml, read_mbox
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    assert_read_or_refused,
)

HEAD = b"From: Ada Quill <ada@example.org>\nSubject: Copper\n"
BERTHS = (("Alder", 180), ("Birch", 210))
BEGIN = b"From a@b.org Thu Jan  1 10:00:00 2020\n"


def message(text: str = "Words.\n", subtype: str = "plain", **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in ({"From": "ada@example.org", "Subject": "Copper"} | headers).items():
        made[name] = value
    made.set_content(text, subtype=subtype)
    return made


def read(data: EmailMessage | bytes) -> Document:
    content = data if isinstance(data, bytes) else data.as_bytes()
    document = read_eml(content, "deep/some-mail.eml", "id")
    assert_passages_stand_where_they_say(document)
    return document


def parts_of(document: Document) -> list[tuple[str | None, str]]:
    return [
        (one.location.part, document.text[one.span.start : one.span.end])
        for one in document.blocks
        if one.location.part != "headers"
    ]


def test_headers_are_metadata_and_text() -> None:
    document = read(
        message(
            From="Ada Quill <ada@example.org>, bo@example.org",
            To="ci@example.org",
            Cc="di@example.org",
            Date="Fri, 14 Feb 2020 23:30:00 -0500",
            Subject="Grüße vom Hafen",
        )
    )
    assert document.metadata == Metadata(
        "Grüße vom Hafen",
        authors=("Ada Quill", "bo@example.org"),
        date=dt.date(2020, 2, 14),
    )
    assert document.text.splitlines()[:5] == [
        "From: Ada Quill <ada@example.org>, bo@example.org",
        "To: ci@example.org",
        "Cc: di@example.org",
        "Date: Fri, 14 Feb 2020 23:30:00 -0500",
        "Subject: Grüße vom Hafen",
    ]
    assert document.blocks[0].location.part == "headers"


def test_paragraphs_of_plain_text_are_blocks_of_the_part_text() -> None:
    assert parts_of(read(message("One\nline.\n\nTwo.\n"))) == [
        ("text", "One\nline."),
        ("text", "Two."),
    ]


def test_of_html_what_is_shown_is_read() -> None:
    page = "<style>x{}</style><h1>Head</h1><p>One &auml;.</p><script>x</script><p hidden>no</p>"
    document = read(message(page, "html"))
    assert parts_of(document) == [("html", "Head"), ("html", "One ä.")]
    assert document.blocks[-1].headings == ("Head",)


def test_of_alternatives_the_plain_text_is_read_unless_it_is_empty() -> None:
    both = message("Plain.\n")
    both.add_alternative("<p>Rich.</p>", subtype="html")
    assert parts_of(read(both)) == [("text", "Plain.")]
    one = message(" \n")
    one.add_alternative("<p>Rich.</p>", subtype="html")
    assert parts_of(read(one)) == [("html", "Rich.")]


def test_what_is_attached_is_read_by_its_own_reader_as_a_part_with_its_name() -> None:
    made = message()
    made.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="table.csv")
    made.add_attachment("# Head\n\nNote.", subtype="markdown", filename="note.MD")
    document = read(made)
    assert parts_of(document) == [
        ("text", "Words."),
        ("table.csv", "a: 1\nb: 2"),
        ("note.MD", "# Head"),
        ("note.MD", "Note."),
    ]
    assert "Attachments: table.csv, note.MD" in document.text
    assert [block.location.row for block in document.blocks] == [None, None, 2, None, None]
    assert document.blocks[-1].headings == ("note.MD", "Head")


def test_attachments_that_cannot_be_read_are_named_and_noted() -> None:
    made = message()
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="view.png")
    made.add_attachment(b"{bad", maintype="application", subtype="json", filename="bad.json")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    document = read(made)
    assert "Attachments: view.png, bad.json" in document.text
    assert document.notes[0] == "left out attachment view.png: no reader for this format"
    assert document.notes[1].startswith("left out attachment bad.json: not valid JSON: ")
    assert document.notes[2] == "left out attachment image/png: no reader for this format"


def test_a_message_that_is_attached_is_read_with_its_headers() -> None:
    made = message()
    made.add_attachment(message("Inner words.\n", Subject="Inner"))
    assert parts_of(read(made))[1:] == [
        ("message.eml/headers", "From: ada@example.org\nSubject: Inner"),
        ("message.eml/text", "Inner words."),
    ]


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_encodings_of_mail_are_undone(encoding: str, charset: str) -> None:
    made = EmailMessage()
    made["From"] = "ada@example.org"
    text = "Words.\n" if encoding == "7bit" else "Grüße.\n"
    made.set_content(text, charset=charset, cte=encoding)
    assert parts_of(read(made)) == [("text", text.strip())]


@pytest.mark.parametrize("charset", ["no-such-charset", "us-ascii", "utf-8"])
def test_text_in_another_encoding_than_is_said_is_read(charset: str) -> None:
    text = "Käthe aß früher süße Äpfel aus dem Garten und Öl für die Tür. " * 8
    data = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert parts_of(read(data + text.encode("cp1252"))) == [("text", text.strip())]


@pytest.mark.parametrize("date", ["yesterday", "", "Fri, 99 Feb 2020 10:00:00", "0"])
def test_a_date_that_is_none_is_no_metadata(date: str) -> None:
    data = HEAD + f"Date: {date}\n\nWords.\n".encode()
    assert read(data).metadata == Metadata("Copper", authors=("Ada Quill",))


def test_without_a_subject_the_name_of_the_file_is_the_title() -> None:
    assert read(b"From: ada@example.org\n\nWords.").metadata.title == "some-mail"


def test_what_has_no_headers_of_a_message_is_refused() -> None:
    for data in (b"", b"Just words.\n\nMore.", b"Note: words\n\nMore."):
        with pytest.raises(DocumentError, match=r"^a\.eml: has no headers of a message"):
            read_eml(data, "a.eml", "id")


def test_messages_within_messages_without_end_are_refused_or_read() -> None:
    data = b"From: a@b.org\nContent-Type: message/rfc822\n\n" * 3000
    assert_read_or_refused(read_eml, data, "a.eml")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=repr)
def test_each_message_of_a_mailbox_is_a_section_and_a_part_by_its_number(line_end: bytes) -> None:
    one, two = (
        message("One.\n", Subject="First"),
        message("From here.\n\n>From there.\n", Subject="Second"),
    )
    data = b"From a@b.org Thu Jan  1 10:00:00 2020\n%s\n\nFrom - Thu Jan  1 10:00:00 2020\n%s" % (
        one.as_bytes(),
        two.as_bytes(),
    )
    document = read_mbox(data.replace(b"\n", line_end), "old-mail.mbox", "id")
    assert_passages_stand_where_they_say(document)
    assert document.metadata == Metadata("old-mail")
    assert [(one.location.part, one.headings) for one in document.blocks] == [
        ("message 1/headers", ("First",)),
        ("message 1/text", ("First",)),
        ("message 2/headers", ("Second",)),
        ("message 2/text", ("Second",)),
        ("message 2/text", ("Second",)),
    ]
    assert document.text.endswith("From here.\n\nFrom there.")


def test_what_in_a_mailbox_is_no_message_is_noted() -> None:
    data = b"Preface.\n\n" + BEGIN + b"No headers\n\n" + BEGIN + HEAD + b"\nWords.\n"
    document = read_mbox(data, "a.mbox", "id")
    assert document.notes == (
        "left out the text before the first message",
        "left out message 1, which has no headers",
    )
    assert document.text.endswith("Words.")


@pytest.mark.parametrize("data", [b"", b"Words.", HEAD])
def test_a_file_that_is_no_mailbox_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^a\.mbox: holds no message"):
        read_mbox(data, "a.mbox", "id")


def sample() -> bytes:
    made = message("Plain.\n", Subject="Grüße", Date="Fri, 14 Feb 2020 23:30:00 -0500", To="a@b.c")
    made.add_alternative("<p>Rich.</p>", subtype="html")
    made.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="täble.csv")
    made.add_attachment(message("Inner.\n"))
    return made.as_bytes()


SAMPLE = sample()
damages = st.lists(
    st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 30), st.binary(max_size=6)), max_size=4
)


@given(damages)
def test_a_damaged_message_is_read_or_refused_by_name(
    damaged: list[tuple[int, int, bytes]],
) -> None:
    data = SAMPLE
    for place, length, put in damaged:
        data = data[:place] + put + data[place + length :]
    assert_read_or_refused(read_eml, data, "a.eml")
    assert_read_or_refused(read_mbox, BEGIN + data, "a.mbox")


headers = st.sampled_from(["From", "To", "Subject", "Date", "Content-Type", "Content-Disposition"])


@given(st.lists(st.tuples(headers, st.text(max_size=40)), max_size=5), st.binary(max_size=40))
def test_any_headers_are_read_or_refused(named: list[tuple[str, str]], body: bytes) -> None:
    lines = "".join(f"{name}: {value}\n" for name, value in named)
    data = lines.encode("utf-8", "replace") + b"\n" + body
    assert_read_or_refused(read_eml, data, "a.eml")


def alternatives(*parts: tuple[str, str]) -> bytes:
    lines = ["From: a@example.org", 'Content-Type: multipart/alternative; boundary="b"', ""]
    for kind, text in parts:
        lines += ["--b", f"Content-Type: text/{kind}; charset=utf-8", "", text, ""]
    return "\n".join([*lines, "--b--"]).encode()


def test_the_page_of_a_message_is_read_where_the_plain_text_is_a_stub() -> None:
    page = f"<p>{'The ferry runs again in May. ' * 8}</p>"
    data = alternatives(("plain", "View this mail in a browser."), ("html", page))
    text = read_eml(data, "a.eml", "id").text
    assert "ferry" in text
    assert "browser" not in text


def test_a_plain_text_that_asks_for_html_is_left_out() -> None:
    plain = "This message is in HTML, which your program does not show."
    page = "<p>The cellar key hangs by the stove.</p>"
    text = read_eml(alternatives(("plain", plain), ("html", page)), "a.eml", "id").text
    assert "stove" in text
    assert "program" not in text


def test_a_calendar_in_a_message_is_read_as_an_event() -> None:
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nSUMMARY:Ferry\n"
        "DTSTART:20200214T113000Z\nEND:VEVENT\nEND:VCALENDAR"
    )
    text = read_eml(alternatives(("plain", "Come."), ("calendar", event)), "a.eml", "id").text
    assert "Come." in text
    assert "Summary: Ferry\nStart: 2020-02-14 11:30:00+00:00" in text


def test_the_page_is_read_where_the_plain_text_is_a_part_of_it() -> None:
    rows = "".join(f"<tr><td>{one}</td><td>{fee}</td></tr>" for one, fee in BERTHS)
    page = f"<p>The fees are below.</p><table><tr><th>Berth</th><th>Fee</th></tr>{rows}</table>"
    data = alternatives(("plain", "The fees are below."), ("html", page))
    assert parts_of(read(data)) == [
        ("html", "The fees are below."),
        ("html", "Berth | Fee\nAlder | 180\nBirch | 210"),
    ]


def test_both_alternatives_are_read_where_each_says_what_the_other_does_not() -> None:
    plain = "Bring the rope, since the quay is closed on Sunday."
    page = "<p>The cellar key hangs by the stove.</p>"
    assert parts_of(read(alternatives(("plain", plain), ("html", page)))) == [
        ("text", plain),
        ("html", "The cellar key hangs by the stove."),
    ]


def test_a_boundary_without_quotes_is_read_whole() -> None:
    data = (
        HEAD + b"Content-Type: multipart/mixed; boundary=----=_Next_1; charset=utf-8\n\n"
        b"------=_Next_1\nContent-Type: text/plain\n\nWords.\n------=_Next_1--\n"
    )
    assert parts_of(read(data)) == [("text", "Words.")]


@pytest.mark.parametrize(("charset", "codec"), [("iso-8859-1", "cp1252"), ("gb2312", "gb18030")])
def test_a_declared_charset_is_read_as_browsers_do(charset: str, codec: str) -> None:
    text = {"cp1252": "“Zinn” kostet 20 €.", "gb18030": "朱镕基"}[codec]
    data = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert parts_of(read(data + text.encode(codec))) == [("text", text)]
