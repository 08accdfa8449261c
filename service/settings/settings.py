"""Every setting of Pincite, from defaults, a TOML file, the environment and the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationError,
)
from pydantic_core import from_json
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from index import (
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
    Documents,
    check_collections,
)
from service.settings.file import SettingsError, read_settings_file
from service.settings.origin import Origin


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _parse(value: object) -> object:
    return from_json(value) if isinstance(value, str) else value


def _rate(value: str) -> str:
    from limits import parse_many  # which loads asyncio

    if value:
        parse_many(value)
    return value


# in a variable of the environment, separated by commas or blanks
_SEPARATED = (BeforeValidator(_split), PlainSerializer(" ".join))
_TABLE = BeforeValidator(_parse)  # there in JSON


class Settings(BaseSettings):
    """The settings of one process; each is `PINCITE_<NAME>` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="PINCITE_", frozen=True, extra="forbid", enable_decoding=False
    )

    documents: Documents = Field(
        Path("documents"), description="folder of the documents to ask, or its URL, as s3://..."
    )
    index: Path = Field(Path(".pincite"), description="folder of the index")
    model: str = Field(
        DEFAULT_MODEL, min_length=1, description="sentence-transformers model: a folder or a name"
    )
    cluster: str = Field(
        "",
        pattern=r"^(local|ray://[^/\s]+)?$",
        description="where files are read and texts embedded, if not here: local, or "
        "ray://host:10001",
    )
    cluster_workers: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="processes that do so there, if not one a core"
    )
    engine: str = Field(
        "", description="where the index is published, if not in its folder: milvus+http://..."
    )
    engine_token: str = Field(
        "", repr=False, description="user:password or key that the engine asks for"
    )
    engine_authority: Path | None = Field(
        None, description="certificates, in PEM, that the engine's is checked by"
    )
    engine_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        10.0, description="seconds that one call of the engine may take"
    )
    engine_grace: Annotated[float, Field(ge=1, le=86400)] = Field(
        600.0, description="seconds for which what was replaced in the engine can still be read"
    )
    engine_layout: Annotated[Layout, _TABLE] = Field(
        Layout(), description="how the engine keeps vectors: index_type, build, search, shards"
    )
    engine_alias: str = Field(
        "pincite",
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        description="name of the index in the engine, which others may share",
    )
    collections: Annotated[dict[CollectionName, CollectionFolders], _TABLE] = Field(
        {}, description="further collections: the folders of their documents and of their indexes"
    )
    encoder: Encoder = Field("auto", description="what runs the model in a new index")
    device: str = Field(
        "cpu",
        pattern=r"^[a-z]+(:[0-9]+)?$",
        description="where torch runs the model: cpu, cuda, cuda:1, mps",
    )
    read_seconds: Annotated[float, Field(gt=0, le=86400)] = Field(
        Limits().seconds, description="seconds that reading one file may take"
    )
    read_memory_mb: Annotated[int, Field(ge=64, le=1 << 20)] = Field(
        Limits().memory_mb, description="megabytes of memory that reading one file may take"
    )
    read_output_mb: Annotated[int, Field(ge=1, le=1 << 10)] = Field(
        Limits().output_mb, description="megabytes of text and offsets that one file may give"
    )
    max_file_mb: Annotated[int, Field(ge=1, le=1 << 20)] = Field(
        MAX_FILE_MB, description="megabytes from which a file is skipped"
    )
    ocr: str = Field(
        "",
        pattern=r"^([A-Za-z_]+(\+[A-Za-z_]+)*)?$",
        description="languages in which tesseract reads scanned pages, such as eng+deu",
    )
    json_fields: Annotated[RecordFields, _TABLE] = Field(
        RecordFields(), description="which fields of JSON records are their text, title and date"
    )
    host: str = Field("127.0.0.1", min_length=1, description="address to serve on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="port to serve on")
    public_url: Annotated[str, Field(pattern="^https?://[^/]")] | None = Field(
        None, description="address that readers open, if not the one that a chatbot asks at"
    )
    threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="confidence from which a question counts as answerable"
    )
    calibration: Path | None = Field(
        None, description="calibration of the confidence, if not the one that ships"
    )
    reranker: str | None = Field(
        None, description="CrossEncoder that reads the best passages: a folder or a name"
    )
    recall: Annotated[float, Field(gt=0, le=1)] = Field(
        0.99, description="share of the exact top 50 that a search of many passages finds"
    )
    threads: Annotated[int, Field(ge=1, le=256)] = Field(
        32, description="requests answered at once"
    )
    queue: Annotated[int, Field(ge=0, le=1024)] = Field(
        64, description="requests that may wait; more are told to come again"
    )
    keys: Path = Field(Path(".pincite-keys.json"), description="file of the keys")
    feedback: Path = Field(
        Path(".pincite-feedback.sqlite"), description="file of what readers say of passages"
    )
    log_requests: bool = Field(False, description="log a line of JSON for each request")
    log_questions: bool = Field(False, description="log in it what was asked, too")
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        1.0, description="seconds from not being ready to taking no more requests, once told to end"
    )
    no_auth: bool = Field(False, description="answer whoever asks, without a key")
    rate_limit: Annotated[str, AfterValidator(_rate)] = Field(
        "600/minute", description="requests of one key or address; empty for any number"
    )
    hosts: Annotated[tuple[str, ...], *_SEPARATED] = Field(
        (), description="names under which the service is asked, besides localhost and host"
    )
    origins: Annotated[tuple[Origin, ...], *_SEPARATED] = Field(
        (), description="origins of other sites whose pages may ask, as https://example.org"
    )
    proxies: Annotated[int, Field(ge=0, le=9)] = Field(
        0, description="reverse proxies in front, whose X-Forwarded headers are believed"
    )

    watch: bool = Field(False, description="bring the index in step whenever a document changes")
    watch_seconds: Annotated[float, Field(ge=1, le=86400)] = Field(
        300.0, description="seconds after which it is brought in step in any case, if watched"
    )
    publish_seconds: Annotated[float, Field(ge=0, le=600)] = Field(
        20.0, description="seconds that a change over HTTP waits until it can be asked"
    )

    def collection(self, name: str) -> Settings:
        """Return the settings under which a collection is the only one.

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
        """Yield the name of each collection, that of the documents folder first."""
        yield DEFAULT_COLLECTION
        yield from self.collections

    def environment(self) -> dict[str, str]:
        """Return the variables by which another process gets these settings."""
        return {
            f"PINCITE_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in self.model_dump(mode="json", exclude_none=True).items()
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the command line win over the environment, and that over the file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_settings_file())


def load_settings(**given: object) -> Settings:
    """Return the settings; those in `given` that are not None win over all others.

    Raises:
        SettingsError: a setting is unknown or holds what it may not, or the file cannot be read.
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
