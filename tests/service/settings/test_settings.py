from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, Layout, RecordFields
from service.settings.file import SettingsError
from service.settings.settings import Settings, load_settings


def test_the_defaults_serve_the_documents_folder_on_this_machine_only() -> None:
    settings = load_settings()
    assert (settings.documents, settings.index) == (Path("documents"), Path(".pincite"))
    assert (settings.model, settings.host, settings.port) == (DEFAULT_MODEL, "127.0.0.1", 8000)


def test_a_file_wins_over_defaults_the_environment_over_that_and_what_is_given_over_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pincite.toml").write_text('host = "file"\nport = 1001\nthreads = 11\n')
    monkeypatch.setenv("PINCITE_HOST", "environment")
    monkeypatch.setenv("PINCITE_PORT", "1002")
    settings = load_settings(host="given", port=None, threads=None)
    assert (settings.host, settings.port, settings.threads) == ("given", 1002, 11)
    assert settings.documents == Path("documents")


def test_every_setting_can_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "documents": "d", "index": "i", "model": "m", "host": "h", "port": "1", "threads": "2",
        "device": "cuda:1", "read_seconds": "3.5", "read_memory_mb": "64",
        "max_file_mb": "6", "ocr": "eng+chi_sim",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"PINCITE_{name.upper()}", value)
    settings = load_settings()
    assert {name: str(getattr(settings, name)) for name in values} == values


def test_fields_of_json_records_are_a_table_in_the_file_and_json_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pincite.toml").write_text('[json_fields]\ntext = ["abstract", "a.b"]\n')
    assert load_settings().json_fields == RecordFields(text=("abstract", "a.b"))
    monkeypatch.setenv("PINCITE_JSON_FIELDS", '{"title": ["headline"]}')
    assert load_settings().json_fields.title == ("headline",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('text = "abstract"', "the setting json_fields.text holds 'abstract'"),
        ('colour = ["red"]', "the setting json_fields.colour"),
        ("title = [5]", "the setting json_fields.title.0 holds 5"),
    ],
)
def test_fields_of_json_records_that_make_no_sense_are_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "pincite.toml").write_text(f"[json_fields]\n{content}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert message in str(caught.value)


def test_the_layout_of_an_engine_is_a_table_in_the_file_and_json_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = 'index_type = "IVF_SQ8"\nbuild = {nlist = 9}\nsearch = {nprobe = 3}\nshards = 2\n'
    (tmp_path / "pincite.toml").write_text(f"[engine_layout]\n{table}")
    layout = load_settings().engine_layout
    assert layout == Layout("IVF_SQ8", {"nlist": 9}, {"nprobe": 3}, 2)
    monkeypatch.setenv("PINCITE_ENGINE_LAYOUT", '{"shards": 3}')
    assert load_settings().engine_layout.shards == 3
    for wrong, message in (
        ('{"shards": 0}', "the setting engine_layout.shards holds 0"),
        ('{"index": "IVF"}', "the setting engine_layout.index"),
    ):
        monkeypatch.setenv("PINCITE_ENGINE_LAYOUT", wrong)
        with pytest.raises(SettingsError) as caught:
            load_settings()
        assert message in str(caught.value)


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pincite.toml").write_text("port = 1001\n")
    (tmp_path / "other.toml").write_text("port = 1002\n")
    monkeypatch.setenv("PINCITE_CONFIG", str(tmp_path / "other.toml"))
    assert load_settings().port == 1002


@pytest.mark.parametrize("content", ["", "# nothing\n"])
def test_an_empty_file_sets_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "pincite.toml").write_text(content)
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"port": 0}, "the setting port holds 0: "),
        ({"port": 65536}, "the setting port holds 65536: "),
        ({"port": "http"}, "the setting port holds 'http': "),
        ({"threads": 0}, "the setting threads holds 0: "),
        ({"device": "GPU 1"}, "the setting device holds 'GPU 1': "),
        ({"read_seconds": 0}, "the setting read_seconds holds 0: "),
        ({"read_memory_mb": 1}, "the setting read_memory_mb holds 1: "),
        ({"max_file_mb": 0}, "the setting max_file_mb holds 0: "),
        ({"ocr": "eng; rm"}, "the setting ocr holds 'eng; rm': "),
        ({"public_url": "docs.example.org"}, "the setting public_url holds 'docs.example.org': "),
        ({"host": ""}, "the setting host holds '': "),
        ({"model": ""}, "the setting model holds '': "),
        ({"colour": "red"}, "the setting colour is unknown; settings are documents, index, model"),
    ],
)
def test_a_value_that_a_setting_may_not_hold_is_refused(
    given: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(**given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", " "), ("THREADS", "1.5"), ("COLLECTIONS", "laws")],
)
def test_a_bad_value_in_the_environment_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PINCITE_{name}", value)
    with pytest.raises(SettingsError, match=f"the setting {name.lower()} holds '{value}': "):
        load_settings()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"colour = 'red'", "the setting colour is unknown; settings are documents"),
        (b"port = 'http'", "the setting port holds 'http'"),
        (b"port = [1]", r"the setting port holds [1]"),
        (b"port 8000", "the settings file pincite.toml is not valid TOML: Expected '='"),
        (b"port = \xff", "the settings file pincite.toml is not valid TOML: 'utf-8' codec"),
        (b"port = " + b"[" * 5000, "the settings file pincite.toml is not valid TOML: "),
        (b"[pincite]\nport = 1", "the setting pincite is unknown"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "pincite.toml").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere.toml", "does not exist; create it"), (".", "is not a regular file; rename it")],
)
def test_a_file_that_is_named_must_exist(
    monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv("PINCITE_CONFIG", name)
    with pytest.raises(SettingsError, match=rf"the settings file .* \(PINCITE_CONFIG\) {message}"):
        load_settings()


@pytest.mark.parametrize(
    ("put", "message"),
    [
        (Path.mkdir, "pincite.toml is not a regular file; rename it or name another in PINCITE_"),
        (os.mkfifo, "pincite.toml is not a regular file; rename it or name another in PINCITE_"),
        (lambda path: path.symlink_to("gone"), "is a link to a file that does not exist; mend or"),
    ],
)
def test_a_settings_file_that_cannot_hold_settings_is_refused(
    tmp_path: Path, put: Callable[[Path], None], message: str
) -> None:
    put(tmp_path / "pincite.toml")
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_a_byte_order_mark_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "pincite.toml").write_text("port = 1001\n", encoding="utf-8-sig")
    assert load_settings().port == 1001


def test_an_empty_variable_is_one_that_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pincite.toml").write_text("port = 1001\n")
    for name in (*(name.upper() for name in Settings.model_fields), "CONFIG"):
        monkeypatch.setenv(f"PINCITE_{name}", "")
    settings = load_settings()
    assert (settings.documents, settings.port) == (Path("documents"), 1001)
    assert settings.rate_limit == "600/minute"


def test_an_empty_name_in_the_file_is_not_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "pincite.toml").write_text('documents = ""\n')
    with pytest.raises(SettingsError, match=r"documents.* holds '': .*the name of a file"):
        load_settings()


def test_a_rate_of_none_reaches_a_child_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(rate_limit="none").rate_limit == ""
    monkeypatch.setenv(
        "PINCITE_RATE_LIMIT", load_settings(rate_limit="").environment()["PINCITE_RATE_LIMIT"]
    )
    assert load_settings().rate_limit == ""


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "port", 1)  # noqa: B010 - a type checker refuses the other way


NEWS = {"documents": "news", "index": ".news"}


def test_collections_are_tables_in_the_file_and_json_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pincite.toml").write_text(
        '[collections.news]\ndocuments = "news"\nindex = ".news"\n'
    )
    settings = load_settings()
    assert list(settings.names()) == ["default", "news"]
    news, own = settings.collection("news"), settings.collection("default")
    assert (news.documents, news.index) == (Path("news"), Path(".news"))
    assert (own.documents, own.index) == (Path("documents"), Path(".pincite"))
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    (tmp_path / "pincite.toml").unlink()
    assert load_settings() == settings


def test_documents_may_be_at_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    news = {"documents": "gs://bucket/news", "index": ".news"}
    settings = load_settings(documents="s3://bucket//a/", collections={"news": news})
    assert settings.documents == "s3://bucket//a/"
    assert settings.collection("news").documents == "gs://bucket/news"
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings


@pytest.mark.parametrize(
    ("collections", "message"),
    [
        ({"default": NEWS}, "the setting collections.default has a reserved name"),
        ({"a": NEWS, "b": NEWS}, "the collections a and b have the same index"),
        ({"a": NEWS | {"index": "x/../.pincite"}}, "the collections default and a have the same"),
        ({"A b": NEWS}, "the setting collections.A b"),
        ({"a": {"documents": "news"}}, "the setting collections.a.index"),
        ({"a": NEWS | {"model": "x"}}, "the setting collections.a.model"),
    ],
)
def test_collections_that_cannot_be_kept_apart_are_refused(
    collections: dict[str, dict[str, str]], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        load_settings(collections=collections)


def test_a_collection_that_there_is_none_of_is_refused_by_name() -> None:
    settings = load_settings(collections={"news": NEWS})
    with pytest.raises(SettingsError, match="no collection 'nwes'; collections are default, news"):
        settings.collection("nwes")
