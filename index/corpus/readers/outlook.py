"""Reads Outlook's messages (.msg), which become messages of e-mail."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.mail import read_message
from index.corpus.readers.parse_errors import parsing
from index.types import Document

if TYPE_CHECKING:
    from oxmsg import Message
    from oxmsg.attachment import Attachment

_HEADERS = ("To", "Cc")
# [MS-OXPROPS]: names of an attachment, the time of delivery, and others, by number
_SHORT_NAME, _SHOWN_NAME, _DELIVERED, _RICH_TEXT = 0x3704, 0x3001, 0x0E06, 0x1009
_FLAGS, _UNSENT = 0x0E07, 0x8
_EMBEDDED = "__substg1.0_3701000D"  # the storage of a message that is attached
_PROPERTIES = "__properties_version1.0"
_HEAD, _INNER_HEAD = 32, 24  # [MS-OXMSG] 2.4.1: bytes before the properties of a message
_DEEPEST = 8  # messages within messages


def read_msg(data: bytes, path: str, identity: str) -> Document:
    """Read one message: its headers, its text and its attachments, as a message of e-mail.

    The notes name attachments without a file, and say if the text is in Rich Text alone.

    Raises:
        DocumentError: it is another format or damaged.
    """
    from oxmsg import Message

    with parsing(path, "an Outlook message (.msg)"):
        notes: list[str] = []
        email = _as_email(Message.load(BytesIO(data)), notes, 0)
        document = read_message(email, path, identity)
        return dataclasses.replace(document, notes=(*document.notes, *notes))


def _as_email(message: Message, notes: list[str], depth: int) -> EmailMessage:
    """Return a message as one of e-mail; add notes on the parts that are left out."""
    email = EmailMessage()
    headers = {name.lower(): value for name, value in message.message_headers.items()}
    email["From"] = _one_line(message.sender or headers.get("from", ""))
    for name in _HEADERS:
        if value := headers.get(name.lower()):
            email[name] = _one_line(value)
    if "To" not in email and message.recipients:
        email["To"] = _one_line(", ".join(one.email_address for one in message.recipients))
    sent = message.sent_date or message.properties.date_prop_value(_DELIVERED)
    if sent and not (message.properties.int_prop_value(_FLAGS) or 0) & _UNSENT:
        email["Date"] = format_datetime(sent)
    elif date := headers.get("date"):
        email["Date"] = _one_line(date)
    email["Subject"] = _one_line(message.subject or "")
    if message.body:
        email.set_content(message.body)
    if message.html_body:
        if message.body:
            email.add_alternative(message.html_body, subtype="html")
        else:
            email.set_content(message.html_body, subtype="html")
    if not (message.body or message.html_body) and message.properties.binary_prop_value(_RICH_TEXT):
        notes.append("left out the text, which is in Rich Text alone; save it as .eml")
    for attachment in message.attachments:
        _attach(attachment, email, notes, depth)
    return email


def _attach(attachment: Attachment, email: EmailMessage, notes: list[str], depth: int) -> None:
    properties = attachment.properties
    name = attachment.file_name or properties.str_prop_value(_SHORT_NAME)
    name = _one_line(name or properties.str_prop_value(_SHOWN_NAME) or "attachment")
    for inner in _messages(attachment):
        if depth < _DEEPEST:
            email.add_attachment(_as_email(inner, notes, depth + 1))
        else:
            notes.append(f"left out attachment {name}: is nested too deep")
        return
    if attachment.file_bytes is None:
        notes.append(f"left out attachment {name}: the message holds no file of it")
        return
    kind, _, subtype = (attachment.mime_type or "application/octet-stream").partition("/")
    email.add_attachment(
        attachment.file_bytes,
        maintype=kind if kind != "message" else "application",
        subtype=subtype or "octet-stream",
        filename=name,
    )


def _messages(attachment: Attachment) -> Iterator[Message]:
    """Yield the message that is attached, as oxmsg reads one that stands alone."""
    from oxmsg import Message
    from oxmsg.storage import Storage, Stream

    for storage in attachment._storage.storages:  # type: ignore[attr-defined]
        if storage.name == _EMBEDDED:
            streams = (
                Stream(
                    one.path,
                    one.bytes_[:_INNER_HEAD].ljust(_HEAD, b"\0") + one.bytes_[_INNER_HEAD:],
                )
                if one.name == _PROPERTIES
                else one
                for one in storage.streams
            )
            yield Message(Storage(storage.path, tuple(streams), storage.storages))


def _one_line(text: str) -> str:
    return " ".join(text.split())
