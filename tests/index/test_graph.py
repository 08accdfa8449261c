from __future__ import annotations

import torch

from index.graph import has_byte_products


def test_products_of_bytes_are_found_where_torch_finds_them() -> None:
    found = torch.cpu.get_capabilities()
    names = ("avx512_vnni", "avx_vnni", "amx_int8", "dotprod")
    assert has_byte_products() == any(found.get(name) for name in names)
