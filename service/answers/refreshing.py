"""Opening new generations off the request path."""

from __future__ import annotations

import logging
import threading
import time
import weakref

from index import LiveIndex, PinciteError

_SECONDS = 1.0


def keep_fresh(live: LiveIndex, logger: logging.Logger) -> None:
    """Look for a new generation every second, in a thread that ends when nobody holds `live`."""
    what = (weakref.ref(live), logger)
    threading.Thread(target=_watch, args=what, name="pincite-refresh", daemon=True).start()


def _watch(held: weakref.ref[LiveIndex], logger: logging.Logger) -> None:
    last = ""
    while True:
        time.sleep(_SECONDS)
        live = held()
        if live is None:
            return
        last = _look(live, logger, last)
        del live  # held by nobody here until the next look


def _look(live: LiveIndex, logger: logging.Logger, last: str) -> str:
    """Look once; return what is wrong, which is told if it was not wrong the `last` time."""
    try:
        if live.refresh():
            logger.info("answering from generation %s", live.generation.id)
    except PinciteError as error:
        wrong = str(error)
        if wrong != last and live.is_open:
            logger.warning("still answering from %s: %s", live.generation.id, wrong)
        elif wrong != last:
            logger.warning("no question can be answered yet: %s", wrong)
        return wrong
    except Exception:  # no memory, say: the next look may be luckier
        logger.exception("no new generation could be looked for")
        return last
    return ""
