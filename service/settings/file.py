"""The TOML file that holds settings."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from index import PinciteError

CONFIG_VARIABLE = "PINCITE_CONFIG"
DEFAULT_CONFIG = "pincite.toml"


class SettingsError(PinciteError):
    """A setting is unknown or has a wrong value, or the settings file cannot be read."""


def read_settings_file() -> dict[str, Any]:
    """Return the contents of the file that PINCITE_CONFIG names, or else of pincite.toml.

    Without that variable the file need not exist.

    Raises:
        SettingsError: the file is missing, not a regular file, or not TOML.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    path = Path(named or DEFAULT_CONFIG)
    if not path.is_file():
        if not os.path.lexists(path) and not named:
            return {}
        raise SettingsError(_not_a_file(path, named))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors write a BOM
    except OSError as error:
        raise SettingsError(
            f"the settings file {path} cannot be read: {error.strerror}; make it readable or "
            f"name another in {CONFIG_VARIABLE}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"the settings file {path} is not valid TOML: {error}; correct it there"
        ) from error


def _not_a_file(path: Path, named: str | None) -> str:
    shown = f"the settings file {path}" + (f" ({CONFIG_VARIABLE})" if named else "")
    if path.is_symlink() and not path.exists():
        return f"{shown} is a link to a file that does not exist; mend or remove the link"
    if not path.exists():
        return f"{shown} does not exist; create it or unset the variable"
    return f"{shown} is not a regular file; rename it or name another in {CONFIG_VARIABLE}"
