"""Opening new generations off the request path."""

from __future__ import annotations

import logging
import threading

from index import LiveIndex, PinciteError

_SECONDS = 1.0


def keep_fresh(live: LiveIndex, logger: logging.Logger) -> None:
    """Look for a new generation every second, in a thread that ends with the process."""

    def watch() -> None:
        last = ""
        pause = threading.Event()
        while True:
            pause.wait(_SECONDS)
            try:
                if live.refresh():
                    logger.info("answering from generation %s", live.generation.id)
                last = ""
            except PinciteError as error:
                if str(error) != last:
                    last = str(error)
                    if live.is_open:
                        logger.warning("still answering from %s: %s", live.generation.id, last)
                    else:
                        logger.warning("no question can be answered yet: %s", last)
            except Exception:  # no memory, say: the next look may be luckier
                logger.exception("no new generation could be looked for")

    threading.Thread(target=watch, name="pincite-refresh", daemon=True).start()
