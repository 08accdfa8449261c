"""Loading with the libraries of the model hub, quietly and with one-line errors."""

from __future__ import annotations

import os

from index.errors import ModelError

# The libraries read these when they are imported; values that the user has set are kept.
_QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def quieten_hub() -> None:
    """Set the environment of the libraries; call it before they are imported."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def cannot_load(what: str, error: Exception) -> ModelError:
    """Return the error for an embedding model that did not load; `what` names it or its part."""
    return ModelError(
        f"cannot load {what}: {one_line(error)}; give the folder of a sentence-transformers "
        "model, or a name on a hub that can be reached"
    )


def one_line(error: Exception) -> str:
    """Return the first line of an error message, without its full stop.

    For an error of the system it is the reason and the file, without the number of the error.
    """
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return (str(error).strip() or repr(error)).splitlines()[0].rstrip(".")
