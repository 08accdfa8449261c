"""Every setting of Pincite, from defaults, a TOML file, the environment and the command line.

A new setting is one field of Settings, and one row of a table in README.md, index/README.md or
service/README.md, which tests/service/settings/test_tables.py checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from index import (
    DEFAULT_ANSWER_MODEL,
    DEFAULT_MODEL,
    MAX_FILE_MB,
    Encoder,
    Layout,
    Limits,
    RecordFields,
)
from service.settings.collections import (
    DEFAULT_COLLECTION,
    CollectionFolders,
    CollectionName,
    check_collections,
)
from service.settings.file import SettingsError
from service.settings.origin import Origin
from service.settings.sources import Sourced
from service.settings.values import SEPARATED, TABLE, Documents, FilePath, Rate


class Settings(Sourced):
    """The settings of one process; each is `PINCITE_<NAME>` in the environment.

    An empty variable counts as one that is not set.
    """

    # What is indexed, and by which model
    documents: Documents = Field(
        Path("documents"), description="folder of the documents, or its URL, as s3://..."
    )
    index: FilePath = Field(Path(".pincite"), description="folder of the index")
    model: str = Field(
        DEFAULT_MODEL, min_length=1, description="sentence-transformers model: a folder or a name"
    )
    question_prompt: str | None = Field(
        None,
        description="text before each question, unless the model's own is right; none for no text",
    )
    passage_prompt: str | None = Field(
        None,
        description="text before each passage, unless the model's own is right; none for no text",
    )
    encoder: Encoder = Field("auto", description="what runs the model in a new index")
    device: str = Field(
        "cpu",
        pattern=r"^[a-z]+(:[0-9]+)?$",
        description="where torch runs the model: cpu, cuda, cuda:1, mps",
    )
    collections: Annotated[dict[CollectionName, CollectionFolders], TABLE] = Field(
        {}, description="further collections: the folders of their documents and of their indexes"
    )
    watch: bool = Field(False, description="update the index whenever a document changes")
    watch_seconds: Annotated[float, Field(ge=1, le=86400)] = Field(
        300.0, description="seconds after which a watched index is updated in any case"
    )

    most_deleted: Annotated[float, Field(ge=0, le=1)] = Field(
        0.25, description="share of the documents that a run deletes without --allow-deletions"
    )

    # How files are read
    max_file_mb: Annotated[int, Field(ge=1, le=1 << 20)] = Field(
        MAX_FILE_MB, description="size in megabytes above which a file is skipped"
    )
    ocr: str = Field(
        "",
        pattern=r"^([A-Za-z_]+(\+[A-Za-z_]+)*)?$",
        description="languages in which tesseract reads scanned pages, such as eng+deu",
    )
    encoding: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_-]*$",
        description="encoding of text files that are not UTF-8, such as cp1252; else detected",
    )
    json_fields: Annotated[RecordFields, TABLE] = Field(
        RecordFields(), description="which fields of JSON records are their text, title and date"
    )
    read_seconds: Annotated[float, Field(gt=0, le=86400)] = Field(
        Limits().seconds, description="seconds that the reading of one file may take"
    )
    read_memory_mb: Annotated[int, Field(ge=64, le=1 << 20)] = Field(
        Limits().memory_mb, description="megabytes of memory that the reading of one file may take"
    )

    # How answers are judged
    threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        0.4, description="confidence from which a question counts as answerable"
    )
    calibration: FilePath | None = Field(
        None, description="file of a calibration of the confidence, instead of the packaged one"
    )
    reranker: str | None = Field(
        None, description="CrossEncoder that reads the best passages: a folder or a name"
    )
    answer_model: str = Field(
        DEFAULT_ANSWER_MODEL,
        min_length=1,
        description="model that reads whether a passage answers: default, none, a folder or a name",
    )

    # Where and how the service answers
    host: str = Field("127.0.0.1", min_length=1, description="address to serve on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="port to serve on")
    public_url: Annotated[str, Field(pattern="^https?://[^/]")] | None = Field(
        None, description="address that readers open, if it differs from that of the requests"
    )
    threads: Annotated[int, Field(ge=1, le=256)] = Field(
        32, description="requests answered at once"
    )
    queue: Annotated[int, Field(ge=0, le=1024)] = Field(
        64, description="requests that may wait; further ones are refused until there is room"
    )
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        1.0, description="seconds between SIGTERM and the last request that is accepted"
    )
    log_requests: bool = Field(False, description="log a line of JSON for each request")
    log_questions: bool = Field(False, description="write the questions into these lines")
    publish_seconds: Annotated[float, Field(ge=0, le=600)] = Field(
        20.0, description="seconds that the reply to an upload waits for the new index"
    )
    feedback: FilePath = Field(
        Path(".pincite-feedback.sqlite"), description="file of the readers' judgements"
    )

    # Which requests are allowed
    keys: FilePath = Field(Path(".pincite-keys.json"), description="file of the keys")
    no_auth: bool = Field(False, description="answer every request, without a key")
    rate_limit: Rate = Field(
        "600/minute", description="requests of one key or address; none for any number"
    )
    hosts: Annotated[tuple[str, ...], *SEPARATED] = Field(
        (), description="names of the service in requests, besides localhost and host"
    )
    origins: Annotated[tuple[Origin, ...], *SEPARATED] = Field(
        (), description="origins of other sites whose pages may ask, as https://example.org"
    )
    proxies: Annotated[int, Field(ge=0, le=9)] = Field(
        0, description="reverse proxies in front, whose X-Forwarded headers are trusted"
    )

    # An index in Milvus
    engine: str = Field(
        "", description="address of a Milvus cluster that holds the index: milvus+http://..."
    )
    engine_token: str = Field("", repr=False, description="user:password or key for the cluster")
    engine_authority: FilePath | None = Field(
        None, description="certificates, in PEM, that the cluster's certificate is checked against"
    )
    engine_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        10.0, description="seconds that one call of the cluster may take"
    )
    engine_alias: str = Field(
        "pincite",
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        description="name of the index in the cluster",
    )
    engine_layout: Annotated[Layout, TABLE] = Field(
        Layout(), description="how the cluster keeps vectors: index_type, build, search, shards"
    )

    # A build on Ray
    cluster: str = Field(
        "",
        pattern=r"^(local|ray://[^/\s]+)?$",
        description="Ray cluster that reads and embeds: local, or ray://host:10001",
    )
    cluster_workers: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="worker processes in the cluster, if not one for each core"
    )

    def collection(self, name: str) -> Settings:
        """Return the settings of one collection, without the others.

        Raises:
            SettingsError: there is no such collection.
        """
        if name == DEFAULT_COLLECTION:
            return self.model_copy(update={"collections": {}})
        if name not in self.collections:
            known = ", ".join(self.names())
            raise SettingsError(f"there is no collection {name!r}; collections are {known}")
        folders = self.collections[name]
        return self.model_copy(
            update={
                "documents": folders.documents,
                "index": folders.index,
                "engine_alias": f"{self.engine_alias}_{name.replace('-', '_')}",
                "collections": {},
            }
        )

    def names(self) -> Iterator[str]:
        """Yield the name of each collection, the default one first."""
        yield DEFAULT_COLLECTION
        yield from self.collections


def load_settings(**given: object) -> Settings:
    """Return the settings; those in `given` that are not None win over all others.

    Raises:
        SettingsError: a setting is unknown or has a wrong value, or the file cannot be read.
    """
    try:
        settings = Settings.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        allowed = ", ".join(Settings.model_fields)
        detail = (
            f"is unknown; settings are {allowed}"
            if first["type"] == "extra_forbidden"
            else f"holds {first['input']!r}: {first['msg']}"
        )
        raise SettingsError(f"the setting {name} {detail}") from error
    check_collections(settings.index, settings.collections)
    return settings
