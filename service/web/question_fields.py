"""The fields of a question in plain words, each with an example, for the page of the interface."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionField:
    """A field by its name in an address and its place in JSON."""

    name: str
    in_json: str
    meaning: str
    example: str


EXAMPLE_QUESTION = "What was decided?"
QUESTION_FIELDS = (
    QuestionField("q", "question", "The question, the only required field.", EXAMPLE_QUESTION),
    QuestionField("top_k", "top_k", "The number of passages, from 1 to 50; without it 5.", "2"),
    QuestionField(
        "since", "filters.since", "Only documents dated on this day or later.", "2020-01-01"
    ),
    QuestionField(
        "until", "filters.until", "Only documents dated on this day or earlier.", "2020-12-31"
    ),
    QuestionField(
        "publisher", "filters.publisher", "Only documents of this publisher.", "Azernews"
    ),
    QuestionField("author", "filters.author", "Only documents of this author.", "Sabir Alizade"),
    QuestionField("tag", "filters.tags", "Only documents with this tag.", "SCO"),
    QuestionField("language", "filters.language", "Only documents in this language.", "en"),
    QuestionField("path", "filters.path", "Only documents whose path begins so.", "2020"),
    QuestionField("document_id", "filters.document_ids", "Only this document.", "24b3579e07019a95"),
    QuestionField("where", "filters.metadata", "A condition on any metadata key.", "pages>=10"),
    QuestionField(
        "asked_on",
        "asked_on",
        "The day of the question: “last April” counts from it, and near documents are preferred.",
        "2020-03-01",
    ),
    QuestionField("prefer", "prefer", "Newest first among nearly equal passages.", "recent"),
    QuestionField(
        "citation_format",
        "citation_format",
        "An additional citation: plain, markdown, bibtex or csl-json.",
        "bibtex",
    ),
    QuestionField(
        "format", "format", "search_result: the reply as content for Claude.", "search_result"
    ),
)
