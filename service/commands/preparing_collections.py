"""Prepares the indexes of several collections at once, in processes, for `pincite serve`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, wait

from index import IndexFolder, PinciteError, Report
from service.commands.apart import Apart
from service.commands.builder import Builder
from service.commands.report_table import print_report
from service.console import say
from service.indexing.preparation import Step
from service.settings.settings import Settings
from service.wiring.models import OpenRecipe

# Each builder takes the memory of a model. Threads of one process would take turns, since most of
# the work on a small collection is Python's.
_AT_ONCE = 2

StartBuilder = Callable[[Settings, OpenRecipe], Builder]


@contextmanager
def preparing(settings: Settings, recipe_of: OpenRecipe) -> Iterator[tuple[list[Step], Connection]]:
    """Begin to bring the collections up to date; go on when the first of them can be asked.

    Yield the steps so far, and the pipe over which the others come. What is not done when the
    context ends is stopped. This process ends if no collection can be asked.
    """
    apart = Apart(partial(prepare_all, settings, recipe_of))
    try:
        steps: list[Step] = []
        while not (steps and steps[-1].answers):
            step = apart.receive()
            assert isinstance(step, Step)  # or this process would have ended
            steps.append(step)
        yield steps, apart.receiving
    finally:
        apart.stop()


def prepare_all(
    settings: Settings,
    recipe_of: OpenRecipe,
    sending: Connection,
    *,
    start_builder: StartBuilder = Builder,
) -> None:
    """Bring all collections up to date, and send every step.

    Raises:
        PinciteError: none of them can be asked.
    """
    waiting = deque(settings.names())
    announcer = _Announcer(settings, sending)
    builders: dict[Connection, Builder] = {}

    def begin(builder: Builder) -> None:
        announcer.begin(waiting[0])
        builder.begin(waiting.popleft())
        builders[builder.connection] = builder

    try:
        while waiting or builders:
            while waiting and len(builders) < _AT_ONCE:
                begin(start_builder(settings, recipe_of))
            for connection in wait(list(builders)):
                assert isinstance(connection, Connection)
                builder = builders[connection]
                step, report = builder.receive()
                announcer.note(step, report)
                if not step.is_last:
                    continue
                del builders[connection]
                if waiting and builder.is_alive:
                    begin(builder)
                else:
                    builder.stop()
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            "stopped; what is not published is unchanged, and the next run continues it"
        ) from stop
    finally:
        for builder in builders.values():
            builder.stop()
    if not announcer.answers:
        raise PinciteError(announcer.failures[0])


class _Announcer:
    """Prints what becomes of each collection, and sends it to the service."""

    def __init__(self, settings: Settings, sending: Connection) -> None:
        self._settings = settings
        self._sending = sending
        self._ended = 0
        self.answers = False
        self.failures: list[str] = []

    def begin(self, name: str) -> None:
        own = self._settings.collection(name)
        say(f"updating the index in {own.index} from the documents in {own.documents}")
        self._send(Step(name, "begun"))

    def note(self, step: Step, report: Report | None) -> None:
        self._ended += step.is_last
        self.answers = self.answers or step.answers
        count = f"{self._ended} of {len(list(self._settings.names()))} collections"
        if step.kind == "ready" and report is not None:
            say(f"{step.name} is up to date ({count}):")
            print_report(report)
        elif step.is_last:
            self.failures.append(step.failure)
            say(f"{step.name}: {step.failure}; {self._until_then(step)} ({count})")
        self._send(step)

    def _until_then(self, step: Step) -> str:
        if step.kind != "behind":
            return "until then it cannot be asked"
        identity = IndexFolder(self._settings.collection(step.name).index).ids()[-1]
        return f"until then generation {identity} answers"

    def _send(self, step: Step) -> None:
        with suppress(OSError):  # the service ends
            self._sending.send(step)
