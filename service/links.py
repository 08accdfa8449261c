"""Addresses at which this service shows a passage in its source."""

from __future__ import annotations

from dataclasses import dataclass

from index import Passage


@dataclass(frozen=True, slots=True)
class SourcePages:
    """The pages that open a source at a passage.

    `public_url` is where readers reach this service, if not where a chatbot asks it.
    """

    public_url: str | None = None

    def address(self, passage: Passage, asked_at: str) -> str:
        """Return the address of the page for a passage, asked for at the address `asked_at`."""
        base = (self.public_url or asked_at).rstrip("/")
        place = f"start={passage.start}&end={passage.end}"
        return f"{base}/documents/{passage.document_id}?{place}#passage"
