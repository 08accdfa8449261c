"""How long a piece of work holds the GIL at a stretch, in processor time."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

_TICK = 0.001  # seconds between two looks
_SWITCHING = 0.0005  # as the server sets it


def longest_hold(work: Callable[[], object]) -> float:
    """Run some work in a thread; return the most processor time it took while no other thread ran.

    Another thread looks at the clock of that thread as often as it gets the GIL. Other processes
    take no processor time of the thread, so what they do counts little.
    """
    begin, done, end = threading.Event(), threading.Event(), threading.Event()

    def run() -> None:
        begin.wait()
        try:
            work()
        finally:
            done.set()
            end.wait()

    thread = threading.Thread(target=run)
    thread.start()
    assert thread.ident is not None
    clock = time.pthread_getcpuclockid(thread.ident)
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCHING)
    longest, last = 0.0, time.clock_gettime(clock)
    begin.set()
    while not done.is_set():
        time.sleep(_TICK)
        now = time.clock_gettime(clock)
        longest, last = max(longest, now - last), now
    sys.setswitchinterval(before)
    end.set()
    thread.join()
    return longest
