"""From files to hits: reads documents, indexes their passages and finds those that answer."""

from index.build import build_index
from index.citation import cite
from index.corpus import Corpus, Folder
from index.embedding import Embedder, TorchEmbedder
from index.errors import (
    CalibrationError,
    DatasetError,
    DocumentError,
    DocumentsFolderError,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    ModelError,
    PinciteError,
    QueryError,
    StoredIndexError,
)
from index.live import LiveIndex
from index.models import DEFAULT_MODEL, ModelFiles, locate_model
from index.report import FileReport, Report
from index.retrieval import Retriever
from index.staging import Progress, Recipe
from index.tokens import open_token_counter
from index.types import Document, Hit, Metadata, Passage, Query, Scores, Source, Span

__all__ = [
    "DEFAULT_MODEL",
    "CalibrationError",
    "Corpus",
    "DatasetError",
    "Document",
    "DocumentError",
    "DocumentsFolderError",
    "Embedder",
    "FileReport",
    "Folder",
    "Hit",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "LiveIndex",
    "Metadata",
    "ModelError",
    "ModelFiles",
    "Passage",
    "PinciteError",
    "Progress",
    "Query",
    "QueryError",
    "Recipe",
    "Report",
    "Retriever",
    "Scores",
    "Source",
    "Span",
    "StoredIndexError",
    "TorchEmbedder",
    "build_index",
    "cite",
    "locate_model",
    "open_token_counter",
]
