from __future__ import annotations

import pytest

from index.corpus.readers.number_format import shown_number


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1234, "00000", "01234"),
        (1250.5, '#,##0.00 "kr"', "1,250.50 kr"),
        (-3, '"$"#,##0.00;("$"#,##0.00)', "($3.00)"),
        (-3, "$0", "-$3"),
        (20, "[$€-407] #,##0", "€ 20"),
        (5550123, "000\\-0000", "555-0123"),
        (0.075, "0.0%", "7.5%"),
        (1.5, "0.##", "1.5"),
        (2, "0.##", "2"),
        (3.14159, "General", "3.14159"),
        (3.14159, "0.00", "3.14"),
        (7, "[Red]0", "7"),
        (0.5, "# ?/?", "0.5"),
        (12345678, "0.00E+00", "12345678"),
        (12345, "0,", "12"),
        (1_000_000, '0.0,,"M"', "1.0M"),
        (0.1234, "0%", "12%"),
        (3, '0"%"', "3%"),
        (0, '0;-0;"none"', "none"),
        (0, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
        (5, ";;;", ""),
        (0.5, "#.##", ".5"),
        (1.5e-07, "General", "1.5E-07"),
        (5, '0" m"', "5 m"),
        (5, "_-* #,##0_-", "5"),
    ],
)
def test_a_number_is_shown_as_a_spreadsheet_program_shows_it(
    value: float, number_format: str, shown: str
) -> None:
    assert shown_number(value, number_format) == shown
