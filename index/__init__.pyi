from index.answering.answer_model import AnswerModel, Reading
from index.answering.confidence import Calibration, load_calibration
from index.answering.opening import (
    DEFAULT_ANSWER_MODEL,
    NO_ANSWER_MODEL,
    open_answer_model,
)
from index.building.build import FindExamples, build_index
from index.building.documents_folder import check_source
from index.building.recipe import Progress, Recipe
from index.caching import SHARED_CACHE, ByteCache, CacheSpace, CacheState, passage_size
from index.citations import CITATION_FORMATS, CitationFormat, CslItem, cite, escape_markdown
from index.cluster import LOCAL, Cluster
from index.corpus.document_store import DocumentStore, safe_folder, safe_name, safe_path
from index.corpus.folder import Corpus, Folder
from index.corpus.lines import line_starts
from index.corpus.remote import SEEN, HashFiles, RemoteFolder, hash_here
from index.corpus.removals import Removals
from index.corpus.rules import MAX_FILE_MB, FileRules, RecordFields
from index.embedding.embedder import Vectors
from index.embedding.models import (
    DEFAULT_MODEL,
    MULTILINGUAL_MODEL,
    Encoder,
    ModelFiles,
    locate_model,
)
from index.embedding.tokens import ModelTokens
from index.errors import (
    BackupError,
    BuildFailed,
    CalibrationError,
    ClusterError,
    DatasetError,
    DocumentError,
    DocumentsFolderError,
    DocumentsMismatch,
    EngineRefused,
    EngineUnavailable,
    FileTaken,
    FileTooLarge,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexOutdated,
    ModelError,
    NameRefused,
    NothingToIndex,
    PinciteError,
    QueryError,
    ReaderError,
    RecipeMismatch,
    StoredIndexError,
    StoreError,
)
from index.evaluation.beir.corpus import BeirCorpus
from index.evaluation.beir.questions import Question, read_questions, write_questions
from index.evaluation.evaluator import Evaluation, evaluate
from index.evaluation.fitting import (
    Observation,
    Trial,
    fit_calibration,
    leave_one_out,
    observe,
    plan_trials,
)
from index.evaluation.sampling import choose_sample
from index.filters import (
    AllOf,
    AnyOf,
    Condition,
    Contains,
    Filter,
    Not,
    OneOf,
    Prefix,
    Range,
    Suffix,
    dated,
    in_language,
)
from index.generation.backup import back_up, restore
from index.generation.encoders import ModelEncoders
from index.generation.engine import Engine, Generation
from index.generation.facets import Choice, Facets, read_facets
from index.generation.folder import IndexFolder, StoredGeneration, open_generation
from index.generation.live_index import LiveIndex
from index.generation.verifying import verify_index
from index.ingest.limits import Limits
from index.lexical.languages import question_language
from index.milvus.address import parse_address
from index.milvus.engine import MilvusEngine
from index.milvus.schema import Layout
from index.ranking.agreement import Agreement, compare_answers
from index.ranking.example_questions import find_examples
from index.ranking.order import Ranking
from index.ranking.recency import NEAR
from index.ranking.reranker import CrossEncoderReranker
from index.ranking.retriever import TIME_WEIGHT, Retriever
from index.report import STATUSES, Example, FileReport, Report, Status
from index.types import (
    AgreementKind,
    Document,
    FoundAnswer,
    Hit,
    Metadata,
    Passage,
    Query,
    Scores,
    Source,
    Span,
    document_id,
)

__all__ = [
    "CITATION_FORMATS",
    "DEFAULT_ANSWER_MODEL",
    "DEFAULT_MODEL",
    "LOCAL",
    "MAX_FILE_MB",
    "MULTILINGUAL_MODEL",
    "NEAR",
    "NO_ANSWER_MODEL",
    "SEEN",
    "SHARED_CACHE",
    "STATUSES",
    "TIME_WEIGHT",
    "Agreement",
    "AgreementKind",
    "AllOf",
    "AnswerModel",
    "AnyOf",
    "BackupError",
    "BeirCorpus",
    "BuildFailed",
    "ByteCache",
    "CacheSpace",
    "CacheState",
    "Calibration",
    "CalibrationError",
    "Choice",
    "CitationFormat",
    "Cluster",
    "ClusterError",
    "Condition",
    "Contains",
    "Corpus",
    "CrossEncoderReranker",
    "CslItem",
    "DatasetError",
    "Document",
    "DocumentError",
    "DocumentStore",
    "DocumentsFolderError",
    "DocumentsMismatch",
    "Encoder",
    "Engine",
    "EngineRefused",
    "EngineUnavailable",
    "Evaluation",
    "Example",
    "Facets",
    "FileReport",
    "FileRules",
    "FileTaken",
    "FileTooLarge",
    "Filter",
    "FindExamples",
    "Folder",
    "FoundAnswer",
    "Generation",
    "HashFiles",
    "Hit",
    "IndexDamaged",
    "IndexFolder",
    "IndexMismatch",
    "IndexMissing",
    "IndexOutdated",
    "Layout",
    "Limits",
    "LiveIndex",
    "Metadata",
    "MilvusEngine",
    "ModelEncoders",
    "ModelError",
    "ModelFiles",
    "ModelTokens",
    "NameRefused",
    "Not",
    "NothingToIndex",
    "Observation",
    "OneOf",
    "Passage",
    "PinciteError",
    "Prefix",
    "Progress",
    "Query",
    "QueryError",
    "Question",
    "Range",
    "Ranking",
    "ReaderError",
    "Reading",
    "Recipe",
    "RecipeMismatch",
    "RecordFields",
    "RemoteFolder",
    "Removals",
    "Report",
    "Retriever",
    "Scores",
    "Source",
    "Span",
    "Status",
    "StoreError",
    "StoredGeneration",
    "StoredIndexError",
    "Suffix",
    "Trial",
    "Vectors",
    "back_up",
    "build_index",
    "check_source",
    "choose_sample",
    "cite",
    "compare_answers",
    "dated",
    "document_id",
    "escape_markdown",
    "evaluate",
    "find_examples",
    "fit_calibration",
    "hash_here",
    "in_language",
    "leave_one_out",
    "line_starts",
    "load_calibration",
    "locate_model",
    "observe",
    "open_answer_model",
    "open_generation",
    "parse_address",
    "passage_size",
    "plan_trials",
    "question_language",
    "read_facets",
    "read_questions",
    "restore",
    "safe_folder",
    "safe_name",
    "safe_path",
    "verify_index",
    "write_questions",
]
