from __future__ import annotations

import numpy as np

from index.building.text_digests import KEY_TYPE, KeyTable, text_keys


def test_keys_are_equal_where_texts_are() -> None:
    keys = text_keys(["one", "two", "one", "ü\0"])
    assert keys[0] == keys[2] != keys[1]
    assert len({key.tobytes() for key in keys}) == 3


def test_a_table_finds_the_first_row_of_each_key_however_it_grew() -> None:
    random = np.random.default_rng(0)
    texts = [str(number) for number in random.integers(0, 700, size=2000)]
    table, first = KeyTable(), dict[str, int]()
    for start in range(0, len(texts), 37):
        table.add(text_keys(texts[start : start + 37]))
    for row, text in enumerate(texts):
        first.setdefault(text, row)
    asked = [str(number) for number in range(800)]
    assert table.find(text_keys(asked)).tolist() == [first.get(text, -1) for text in asked]
    assert len(table) == len(texts)
    assert len(table._parts) < 12


def test_keys_that_are_half_the_same_are_told_apart() -> None:
    keys = np.array([(7, 1), (7, 2), (8, 1), (7, 3), (7, 2)], dtype=KEY_TYPE)
    assert KeyTable(keys).find(keys).tolist() == [0, 1, 2, 3, 1]
    others = np.array([(7, 9), (9, 1), (0, 1)], dtype=KEY_TYPE)
    assert KeyTable(keys).find(others).tolist() == [-1, -1, -1]


def test_an_empty_table_finds_nothing() -> None:
    table = KeyTable(text_keys([]))
    assert table.find(text_keys(["one"])).tolist() == [-1]
    assert KeyTable(text_keys(["one"])).find(text_keys([])).tolist() == []
