"""Every setting stands in one table of the READMEs, with its default."""

from __future__ import annotations

import re
from collections import Counter

from service.settings.settings import Settings
from tests.conftest import ROOT

MOST = 20  # rows of the table that every user reads
_ROW = re.compile(r"^\| `(?P<name>[a-z_]+)` \| (?P<default>.+?) \| .+ \|$", re.MULTILINE)


def settings_in(readme: str) -> dict[str, str]:
    """Return the settings in the tables of a README that begin `| setting | default |`."""
    tables = re.findall(
        r"^\| setting \| default \|.*\n\|---.*\n((?:\|.*\n)+)",
        (ROOT / readme).read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {row["name"]: row["default"] for table in tables for row in _ROW.finditer(table)}


def test_every_setting_stands_in_one_table() -> None:
    places = [settings_in(f"{folder}README.md") for folder in ("", "index/", "service/")]
    found = Counter(name for place in places for name in place)
    assert found == dict.fromkeys(Settings.model_fields, 1)
    assert len(places[0]) <= MOST


def test_a_table_gives_the_default() -> None:
    for folder in ("", "index/", "service/"):
        for name, default in settings_in(f"{folder}README.md").items():
            value = Settings.model_fields[name].default
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            if isinstance(value, str | int | float) or name in {"documents", "index"}:
                assert default in {f"`{shown.removesuffix('.0')}`", "none" if not value else ""}, (
                    name
                )
