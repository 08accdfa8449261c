from __future__ import annotations

from pathlib import Path

import pytest

from index.embedding.graph import cannot_import, has_byte_products, has_tiles


@pytest.mark.system
def test_products_of_bytes_are_found_where_torch_finds_them() -> None:
    import torch

    found = torch.cpu.get_capabilities()
    names = ("avx512_vnni", "avx_vnni", "amx_int8", "dotprod")
    assert has_byte_products() == any(found.get(name) for name in names)


@pytest.mark.parametrize(
    ("told", "found"),
    [("fma avx2", False), ("avx2 avx_vnni", True), ("avx512_vnni", True), ("asimd asimddp", True)],
)
def test_products_of_bytes_go_by_what_linux_tells(
    told: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: f"flags : fpu {told}\n")
    assert has_byte_products() == found


@pytest.mark.parametrize(
    ("told", "found"), [("avx512_vnni", False), ("avx512_vnni amx_int8", True)]
)
def test_tiles_go_by_what_linux_tells(
    told: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: f"flags : fpu {told}\n")
    assert has_tiles() == found


def test_where_nothing_is_told_the_cpu_is_taken_to_have_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise FileNotFoundError("/proc/cpuinfo")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert has_byte_products()


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (ModuleNotFoundError("No module named 'openvino'"), "run: pip install openvino"),
        (ImportError("x.so: failed to map segment from shared object"), "free memory"),
        (ImportError("x.so: cannot allocate memory in static TLS block"), "free memory"),
        (OSError(12, "Cannot allocate memory"), "free memory"),
        (MemoryError(), "free memory"),
    ],
)
def test_too_little_memory_is_not_called_a_missing_package(error: Exception, remedy: str) -> None:
    assert remedy in str(cannot_import("OpenVINO", "openvino", error))
