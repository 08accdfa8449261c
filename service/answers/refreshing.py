"""Opens new generations of an index in a background thread."""

from __future__ import annotations

import logging
import threading
import time
import weakref

from index import LiveIndex, PinciteError

_SECONDS = 1.0


def keep_fresh(live: LiveIndex, logger: logging.Logger) -> None:
    """Look for a new generation every second, in a thread that ends when `live` is deleted."""
    arguments = (weakref.ref(live), logger)
    threading.Thread(target=_watch, args=arguments, name="pincite-refresh", daemon=True).start()


def _watch(reference: weakref.ref[LiveIndex], logger: logging.Logger) -> None:
    last = ""
    while True:
        time.sleep(_SECONDS)
        live = reference()
        if live is None:
            return
        last = _refresh(live, logger, last)
        del live  # so that this thread does not keep it alive until the next look


def _refresh(live: LiveIndex, logger: logging.Logger, last: str) -> str:
    """Look once and return the error, or ""; an error that equals `last` is not logged again."""
    try:
        if live.refresh():
            logger.info("answering from generation %s", live.generation.id)
    except PinciteError as error:
        message = str(error)
        if message != last and live.is_open:
            logger.warning("still answering from %s: %s", live.generation.id, message)
        elif message != last:
            logger.warning("no question can be answered yet: %s", message)
        return message
    except Exception:  # for instance a MemoryError; the next look may succeed
        logger.exception("the search for a new generation failed")
        return last
    return ""
