from __future__ import annotations

from index.corpus.readers.tables import table_rows

HEADER = ["Berth", "Fee"]


def rows(count: int) -> list[list[str]]:
    return [HEADER, *([f"B{number}", str(number)] for number in range(count))]


def test_the_header_of_a_long_table_is_repeated_before_every_eight_rows() -> None:
    lines = table_rows(rows(20)).splitlines()
    assert [at for at, line in enumerate(lines) if line == "Berth | Fee"] == [0, 9, 18]
    assert [line for line in lines if line != "Berth | Fee"] == [
        f"B{number} | {number}" for number in range(20)
    ]


def test_a_short_table_and_one_without_a_header_stand_as_they_are() -> None:
    assert table_rows(rows(8)).count("Berth") == 1
    assert table_rows(rows(20)[1:]).splitlines() == [f"B{n} | {n}" for n in range(20)]
    words = [["Cook", "Ida"]] * 20
    assert table_rows(words).splitlines() == ["Cook | Ida"] * 20
