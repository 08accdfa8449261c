"""The file that settings can stand in."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from index import PinciteError

CONFIG_VARIABLE = "PINCITE_CONFIG"
DEFAULT_CONFIG = "pincite.toml"


class SettingsError(PinciteError):
    """A setting that is unknown or holds what it may not."""


def read_settings_file() -> dict[str, Any]:
    """Return what the settings file holds: the one that is named, else pincite.toml if it exists.

    Raises:
        SettingsError: the file that is named does not exist, or a file is not TOML.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    path = Path(named or DEFAULT_CONFIG)
    if not path.is_file():
        if named:
            raise SettingsError(f"the settings file {named} ({CONFIG_VARIABLE}) does not exist")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings file {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"the settings file {path} cannot be read as TOML: {error}") from error
