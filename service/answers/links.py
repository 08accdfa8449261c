"""The addresses of the pages that show a source or a passage."""

from __future__ import annotations

from dataclasses import dataclass

from index import Passage


@dataclass(frozen=True, slots=True)
class SourcePages:
    """Builds the addresses of source pages.

    `public_url` is the address at which readers reach the service; without it an address begins
    with the one that the client used. `below` is the path prefix of a collection.
    """

    public_url: str | None = None
    below: str = ""

    def document(self, identity: str, asked_at: str) -> str:
        """Return the address of a document's page."""
        return f"{(self.public_url or asked_at).rstrip('/')}{self.below}/documents/{identity}"

    def passage(self, passage: Passage, asked_at: str) -> str:
        """Return the address of the page that shows a document with a passage highlighted."""
        place = f"start={passage.start}&end={passage.end}"
        return f"{self.document(passage.document_id, asked_at)}?{place}#passage"
