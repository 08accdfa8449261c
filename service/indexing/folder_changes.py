"""The process that watches folders: it writes the name of each folder in which something changes.

`service.indexing.watching` starts it and reads its standard output. It ends when its standard input
is closed, as it is when the other process has ended.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from watchfiles import Change, watch

from service.indexing.restless import Restless

# lines that name no folder: that the watch has begun, and that it still looks
WATCHING, ALIVE = "", "."

_LOOK_MS = 1000  # time between two looks at the names of the folders
# how watchfiles says that no inotify instance, or no inotify watch, is left
_NONE_LEFT = re.compile("Too many open files|watch limit reached")
_LIMITS = (
    "no more can be watched; raise fs.inotify.max_user_instances and fs.inotify.max_user_watches "
    "with sysctl, or end other programs that watch files"
)

# the folder behind a name: its path without links, its device and its inode
_Identity = tuple[Path, int, int]


def main() -> None:
    """Watch the folders of the arguments, each `NAME=PATH`, until standard input is closed.

    A watch that fails says why in one line on standard error.
    """
    threading.Thread(target=_end_with_input, name="pincite-parent", daemon=True).start()
    folders = {name: Path(path) for name, _, path in (one.partition("=") for one in sys.argv[1:])}
    try:
        for name in changes(folders):
            print(name, flush=True)  # noqa: T201 - which is how it answers
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        sys.exit(f"{reason}; {_LIMITS}" if _NONE_LEFT.search(reason) else reason)


def changes(
    folders: Mapping[str, Path], has_ended: Callable[[], bool] = lambda: False
) -> Iterator[str]:
    """Yield WATCHING, then the name of each folder in which something has changed, and ALIVE.

    ALIVE comes every second, so that a watch that stands still is silent.

    A folder is followed by its name: one that is moved, replaced, or reached through another link
    counts as changed once the folder that is there now is watched. Hidden files do not count, and a
    file that changes again and again counts less and less often.
    """
    restless = Restless()
    begun: list[str] = [WATCHING]  # what to yield once the watch has begun
    while not has_ended():
        there = _identities(folders)
        places = {name: found[0] for name, found in there.items()}
        for seen in _watch(list(places.values())):
            if has_ended():
                return
            yield from begun or [ALIVE]
            begun = []
            now, counts = _identities(folders), restless.pass_on(seen)
            for name in folders:
                place = places.get(name)
                if now.get(name) != there.get(name) or place in seen:
                    begun.append(name)  # what changes before the next watch is not seen
                elif place and any(path.is_relative_to(place) for path in counts):
                    yield name
            if begun:
                break


def _identities(folders: Mapping[str, Path]) -> dict[str, _Identity]:
    found = {}
    for name, folder in folders.items():
        try:
            place = folder.resolve(strict=True)
            if place.is_dir():
                status = place.stat()
                found[name] = (place, status.st_dev, status.st_ino)
        except (OSError, RuntimeError):  # it is missing, or a circle of links
            continue
    return found


def _watch(places: Sequence[Path]) -> Iterator[set[Path]]:
    """Yield what changed in folders; every second, if nothing did, an empty set."""
    if not places:
        time.sleep(_LOOK_MS / 1000)
        yield set()
        return

    def is_visible(_: Change, path: str) -> bool:
        below = (Path(path).relative_to(one) for one in places if Path(path).is_relative_to(one))
        return any(not any(part.startswith(".") for part in one.parts) for one in below)

    def seen(*, ignore_permission_denied: bool) -> Iterator[set[Path]]:
        for changed in watch(
            *places,
            watch_filter=is_visible,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=ignore_permission_denied,
        ):
            yield {Path(path) for _, path in changed}

    try:
        yield from seen(ignore_permission_denied=False)
    except PermissionError:
        # watchfiles 1.3 then also ignores that no inotify watch is left, and sees nothing
        yield from seen(ignore_permission_denied=True)


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1 << 12):
        pass
    os._exit(0)
