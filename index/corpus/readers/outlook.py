"""Reads Outlook's messages (.msg), which become messages of e-mail."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from typing import TYPE_CHECKING

from index.corpus.readers.mail import read_message
from index.corpus.readers.parse_errors import parsing
from index.types import Document

if TYPE_CHECKING:
    from oxmsg import Message

_HEADERS = ("To", "Cc")


def read_msg(data: bytes, path: str, identity: str) -> Document:
    """Read one message: its headers, its text and its attachments, as a message of e-mail.

    Raises:
        DocumentError: it is another format or damaged.
    """
    from oxmsg import Message

    with parsing(path, "an Outlook message (.msg)"):
        return read_message(_as_email(Message.load(BytesIO(data))), path, identity)


def _as_email(message: Message) -> EmailMessage:
    email = EmailMessage()
    headers = {name.lower(): value for name, value in message.message_headers.items()}
    email["From"] = _one_line(message.sender or headers.get("from", ""))
    for name in _HEADERS:
        if value := headers.get(name.lower()):
            email[name] = _one_line(value)
    if "To" not in email and message.recipients:
        email["To"] = _one_line(", ".join(one.email_address for one in message.recipients))
    if message.sent_date:
        email["Date"] = format_datetime(message.sent_date)
    email["Subject"] = _one_line(message.subject or "")
    if message.body:
        email.set_content(message.body)
    if message.html_body:
        if message.body:
            email.add_alternative(message.html_body, subtype="html")
        else:
            email.set_content(message.html_body, subtype="html")
    for attachment in message.attachments:
        if attachment.attached_by_value and attachment.file_bytes is not None:
            kind, _, subtype = (attachment.mime_type or "application/octet-stream").partition("/")
            email.add_attachment(
                attachment.file_bytes,
                maintype=kind if kind != "message" else "application",
                subtype=subtype or "octet-stream",
                filename=attachment.file_name or "attachment",
            )
    return email


def _one_line(text: str) -> str:
    return " ".join(text.split())
