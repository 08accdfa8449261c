"""Reads e-mail, one message in a file (.eml) or many (.mbox), with its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from index.corpus.readers.assembly import Assembly, clean, title_of
from index.corpus.readers.calendar_events import events_in
from index.corpus.readers.encoding import declared_codec, decode
from index.corpus.readers.html import body_of, decode_page, parse_html
from index.corpus.readers.mail_alternatives import best_alternatives, content_of
from index.corpus.readers.markup import add_markup
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.shown import drop_unshown
from index.corpus.readers.text import paragraphs
from index.errors import DocumentError
from index.types import Document, Location, Metadata

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_KNOWN = (*_SHOWN, "Message-ID", "Received", "MIME-Version", "Content-Type")
# RFC 4155: an address and a time; a line of a message that begins so has a > before it
_MESSAGE_BEGINS = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ [^\n]*\d\d:\d\d[^\n]*\n")
# a boundary without quotes, of which Python's parser reads no more than the first signs
_BOUNDARY = re.compile(rb"(?im)^((?:content-type:|[ \t])[^\n\"]*?\bboundary=)([^\s\";]+)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_eml(data: bytes, path: str, identity: str) -> Document:
    """Read one message: its headers, its text and its attachments, each a part by its name.

    Of alternatives the best is taken, see best_alternatives. The notes name attachments that no
    reader can read.

    Raises:
        DocumentError: it has no headers, or is damaged too much to be read.
    """
    with parsing(path, "a message (.eml)"):
        message = _parse(data)
        if message is None:
            raise DocumentError(f"{path}: has no headers of a message; save it again as .eml")
        return read_message(message, path, identity)


def read_message(message: EmailMessage, path: str, identity: str) -> Document:
    """Return a parsed message as a document."""
    assembly = Assembly()
    notes = tuple(_add_message(message, assembly, ""))
    return assembly.document(identity, path, _metadata(message, path), notes=notes)


def read_mbox(data: bytes, path: str, identity: str) -> Document:
    """Read a mailbox: each message is a section, and parts of the file by its number from 1.

    Raises:
        DocumentError: it holds no message, or one is damaged too much to be read.
    """
    with parsing(path, "a mailbox (.mbox)"):
        assembly = Assembly()
        notes: list[str] = []
        before, *messages = (_QUOTED.sub(rb"\1", one) for one in _MESSAGE_BEGINS.split(data))
        if not messages:
            raise DocumentError(f"{path}: holds no message that begins with a line From")
        if before.strip():
            notes.append("left out the text before the first message")
        for number, message in enumerate(map(_parse, messages), start=1):
            if message is None:
                notes.append(f"left out message {number}, which has no headers")
                continue
            assembly.enter(title_of(f"message {number}", _header(message, "Subject")), 1)
            notes += _add_message(message, assembly, f"message {number}")
        return assembly.document(identity, path, Metadata(title=title_of(path)), notes=tuple(notes))


def _parse(data: bytes) -> EmailMessage | None:
    message = message_from_bytes(_BOUNDARY.sub(rb'\1"\2"', data), policy=policy.default)
    return message if any(name in message for name in _KNOWN) else None


def _header(message: Message, name: str) -> str:
    return " ".join(clean(str(message.get(name, ""))).split())


def _metadata(message: EmailMessage, path: str) -> Metadata:
    senders = getattr(message.get("From"), "addresses", ())
    names = (" ".join(clean(one.display_name or one.addr_spec).split()) for one in senders)
    try:
        date = parsedate_to_datetime(_header(message, "Date")).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        date = None  # it is in the text as it stands
    return Metadata(
        title=title_of(path, _header(message, "Subject")),
        authors=tuple(name for name in names if name),
        date=date,
    )


def _add_message(message: EmailMessage, assembly: Assembly, prefix: str) -> Iterator[str]:
    """Add the parts of a message; yield notes."""
    parts = list(_leaves(message))
    headers = [f"{name}: {text}" for name in _SHOWN if (text := _header(message, name))]
    names = ", ".join(name for part in parts if (name := _name(part)))
    headers += [f"Attachments: {names}"] if names else []
    assembly.add("\n".join(headers), "lines", Location(part=_label(prefix, "headers")))
    for part in parts:
        name = _name(part)
        try:
            if name or part.get_content_maintype() != "text":
                yield from _add_attachment(part, name, assembly, prefix)
            else:
                _add_text(part, assembly, prefix)
        except DocumentError as error:
            yield f"left out {error}"


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something, the best of alternatives, and calendars."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
        return
    parts = [one for one in message.get_payload() if isinstance(one, Message)]
    if message.get_content_subtype() == "alternative":
        parts = best_alternatives(parts)
    for part in parts:
        yield from _leaves(part)


def _name(part: Message) -> str:
    return " ".join(clean(part.get_filename() or "").split())


def _label(*names: str) -> str:
    return "/".join(filter(None, names))


def _add_text(part: Message, assembly: Assembly, prefix: str) -> None:
    content = content_of(part)
    if part.get_content_subtype() == "calendar":
        for event in events_in(content):
            assembly.add(event, "lines", Location(part=_label(prefix, "calendar")))
        return
    is_html = part.get_content_subtype() == "html"
    label = _label(prefix, "html" if is_html else "text")
    try:
        text = content.decode(declared_codec(part.get_content_charset("utf-8")))
    except (LookupError, ValueError):  # its stated encoding is wrong
        text = (decode_page if is_html else decode)(content, label).text
    location = Location(part=label)
    if is_html:
        tree = parse_html(text, label)
        if tree is not None:
            drop_unshown(body_of(tree))
            add_markup(body_of(tree), assembly, location)
        return
    for block in paragraphs(text, 0):
        assembly.add(text[block.span.start : block.span.end], "prose", location)


def _add_attachment(part: Message, name: str, assembly: Assembly, prefix: str) -> Iterator[str]:
    """Add an attachment as its own reader reads it; yield that reader's notes.

    Raises:
        DocumentError: there is no reader for it, or it cannot be read.
    """
    from index.corpus.readers import READERS  # that table imports this module

    content = content_of(part)
    if part.get_content_type() == "message/rfc822":
        content, name = part.as_bytes().partition(b"\n\n")[2], name or "message.eml"
    called = f"attachment {name or part.get_content_type()}"
    suffix = PurePosixPath(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None or not suffix:
        raise DocumentError(f"{called}: no reader for this format")
    document = reader(content, called, "")
    top = 2 if prefix else 1
    for block in document.blocks:
        assembly.leave(top)
        for level, heading in enumerate((name, *block.headings), start=top):
            assembly.enter(heading, level)
        label = _label(prefix, name, block.location.part or "")
        text = document.text[block.span.start : block.span.end]
        assembly.add(text, block.kind, replace(block.location, part=label))
    assembly.leave(top)
    yield from (f"{called}: {note}" for note in document.notes)
