"""Opens the documents, the index and the clusters that the settings name."""

from __future__ import annotations

from pathlib import Path

import index  # names of the parts that few use: Milvus, Ray, documents at a URL
from index import Engine, FileRules, Folder, IndexFolder, Limits
from service.settings.settings import Settings


def open_folder(settings: Settings) -> Folder | index.RemoteFolder:
    """Return the documents of the settings.

    Raises:
        DocumentsFolderError: there are none that can be read.
    """
    place = settings.documents
    rules = FileRules(settings.max_file_mb, settings.ocr, settings.json_fields, settings.encoding)
    if isinstance(place, Path):
        return Folder(place, rules)
    cluster = open_cluster(settings)
    hash_files = cluster.hash_files if cluster else index.hash_here
    return index.RemoteFolder(place, rules, seen=settings.index / index.SEEN, hash_files=hash_files)


def open_cluster(settings: Settings) -> index.Cluster | None:
    """Return the Ray workers of the settings, None without any; they are started when used."""
    return index.Cluster(settings.cluster, settings.cluster_workers) if settings.cluster else None


def read_limits(settings: Settings) -> Limits:
    """Return the limits of reading one file."""
    return Limits(settings.read_seconds, settings.read_memory_mb)


def open_engine(settings: Settings) -> Engine:
    """Return the engine that the index is read from.

    Raises:
        EngineRefused: the address of the engine is wrong.
    """
    return open_mirror(settings) or IndexFolder(settings.index)


def open_mirror(settings: Settings) -> index.MilvusEngine | None:
    """Return the engine that a built index is copied to, None without one.

    Raises:
        EngineRefused: the address of the engine is wrong.
    """
    if not settings.engine:
        return None
    address = index.parse_address(
        settings.engine,
        token=settings.engine_token,
        authority=settings.engine_authority,
        seconds=settings.engine_seconds,
    )
    alias, layout = settings.engine_alias, settings.engine_layout
    return index.MilvusEngine(address, alias, layout=layout)
