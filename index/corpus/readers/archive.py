"""Opens the zip archives that many formats are, within limits, and parses their XML safely."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile, is_zipfile

from index.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# A zip bomb exceeds these and no document does: 42.zip claims petabytes in 16 files.
MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 20_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB]: Office wraps encrypted files in this
_ENCRYPTED = 0x1


def open_archive(data: bytes, path: str, kind: str) -> ZipFile:
    """Open a file as a zip archive; `kind` names the format in errors, such as "a Word document".

    The sizes that the archive declares are within limits, and zipfile reads no more.

    Raises:
        DocumentError: it is no archive, is encrypted, or unpacks to more than the limits.
    """
    if data.startswith(_OLE):
        raise DocumentError(
            f"{path}: is encrypted or of a format before 2007; save it as {kind} without a password"
        )
    if not is_zipfile(BytesIO(data)):
        raise DocumentError(
            f"{path}: is not {kind}; give it the suffix of its format, or save it again"
        )
    archive = ZipFile(BytesIO(data))
    files = archive.infolist()
    if any(file.flag_bits & _ENCRYPTED for file in files):
        raise DocumentError(f"{path}: is encrypted; save it without a password")
    size = sum(file.file_size for file in files)
    if size > MOST_BYTES or len(files) > MOST_FILES:
        raise DocumentError(
            f"{path}: unpacks to {size >> 20} MiB in {len(files)} files, more than "
            f"{MOST_BYTES >> 20} MiB or {MOST_FILES} files; split it"
        )
    return archive


def parse_xml(data: bytes) -> Element:
    """Return the root of XML; no entity is expanded and nothing is fetched.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed, or nests more than 256 deep.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)
