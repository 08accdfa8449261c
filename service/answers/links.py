"""Addresses at which this service shows a source, and a passage in it."""

from __future__ import annotations

from dataclasses import dataclass

from index import Passage


@dataclass(frozen=True, slots=True)
class SourcePages:
    """The pages that show sources; each is asked for at an address of this service.

    `public_url` is where readers reach this service, if not where a chatbot asks it; `below` is
    the path below which the sources of a collection are shown.
    """

    public_url: str | None = None
    below: str = ""

    def document(self, identity: str, asked_at: str) -> str:
        """Return the address of a document's page."""
        return f"{(self.public_url or asked_at).rstrip('/')}{self.below}/documents/{identity}"

    def passage(self, passage: Passage, asked_at: str) -> str:
        """Return the address of the page that opens the source at a passage."""
        place = f"start={passage.start}&end={passage.end}"
        return f"{self.document(passage.document_id, asked_at)}?{place}#passage"
