"""Where the time of a question goes, stage by stage, for one client and for 32.

    python -m tests.benchmarks.stages [--json FILE] [--questions 400] [--answer-model default]

The service of shared/data/squad2 runs under granian with a stopwatch on each stage
(`tests/benchmarks/staged.py`). For each stage the tables have milliseconds a question of the
calling thread's processor time and of waiting, the share of the whole, and as `alone_ms` what the
same stage takes where the questions are answered one by one in one thread without a server: the
bare limit. Threads of the encoder and of the answer model count as waiting of the thread that calls
them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from index import Query
from service.settings.settings import load_settings
from service.wiring.collections import open_collection
from tests.benchmarks import squad2
from tests.benchmarks.load import Address, ask
from tests.benchmarks.processes import Service, in_a_process, running
from tests.benchmarks.report import Row, print_table, write_json
from tests.benchmarks.staged import ADDRESS, watch_stages
from tests.benchmarks.stopwatch import Spent, Stopwatch
from tests.conftest import ROOT
from tests.server import free_port

CLIENTS = (1, 32)


def main() -> None:
    """Build an index, ask it and print a table for each number of clients."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--questions", type=int, default=400, help="[default: 400]")
    parser.add_argument("--answer-model", default="default", help="[default: default]")
    options = parser.parse_args()
    every = squad2.questions()
    warm_up, rest = every[: squad2.WARM_UP], every[squad2.WARM_UP :]
    count = options.questions
    with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
        squad2.build(Path(temporary))
        environment = {
            "PINCITE_INDEX": str(Path(temporary) / "index"),
            "PINCITE_ANSWER_MODEL": options.answer_model,
            "PYTHONPATH": str(ROOT),
        }
        alone = in_a_process(answer_alone, environment, warm_up, rest[:count])
        spent, rates = {}, {}
        with running(_service(environment), warm_up[0]) as one:
            address = one.service.address
            for number, clients in enumerate(CLIENTS, start=1):
                in_a_process(ask, address, warm_up, clients)
                _take(address)
                asked = rest[number * count : (number + 1) * count]
                load = in_a_process(ask, address, asked, clients)
                spent[clients] = _take(address)
                rates[clients] = len(asked) / load.seconds
    tables = {clients: rows(found, alone, count) for clients, found in spent.items()}
    for clients, found in tables.items():
        title = f"{clients} clients, {rates[clients]:.1f} questions a second: milliseconds of each"
        print_table(title, found)
    if options.json:
        write_json(options.json, [{"clients": n, **row} for n in tables for row in tables[n]])


def answer_alone(
    environment: Mapping[str, str], warm_up: Sequence[str], asked: Sequence[str]
) -> dict[str, Spent]:
    """Answer questions one by one, in one thread; return what each stage spent."""
    watch = Stopwatch()
    watch_stages(watch)
    settings = load_settings(
        index=Path(environment["PINCITE_INDEX"]), answer_model=environment["PINCITE_ANSWER_MODEL"]
    )
    answerer = open_collection(settings).answerer
    for question in warm_up:
        answerer.answer(Query(question, 5))
    watch.take()
    for question in asked:
        answerer.answer(Query(question, 5))
    return watch.take()


def rows(spent: Mapping[str, Spent], alone: Mapping[str, Spent], questions: int) -> list[Row]:
    """Return a row a stage, the costliest first, and the sum."""
    whole = sum(one.processor + one.waiting for one in spent.values())
    order = sorted(spent, key=lambda name: -(spent[name].processor + spent[name].waiting))
    found: list[Row] = [
        {
            "stage": name,
            "processor_ms": 1000 * spent[name].processor / questions,
            "waiting_ms": 1000 * spent[name].waiting / questions,
            "share": (spent[name].processor + spent[name].waiting) / whole,
            "alone_ms": 1000 * (alone[name].processor + alone[name].waiting) / questions
            if name in alone
            else "",
        }
        for name in order
    ]
    return [
        *found,
        {
            "stage": "all",
            "processor_ms": 1000 * sum(one.processor for one in spent.values()) / questions,
            "waiting_ms": 1000 * sum(one.waiting for one in spent.values()) / questions,
            "share": 1.0,
            "alone_ms": 1000
            * sum(one.processor + one.waiting for one in alone.values())
            / questions,
        },
    ]


def _service(environment: Mapping[str, str]) -> Service:
    port = free_port()
    command = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "16"),
        "tests.benchmarks.staged:open_staged",
    )
    return Service("staged", command, Address("127.0.0.1", port, "/ask?top_k=5&q="), environment)


def _take(address: Address) -> dict[str, Spent]:
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.request("GET", ADDRESS)
    found = json.loads(connection.getresponse().read())
    connection.close()
    return {name: Spent(**one) for name, one in found.items()}


if __name__ == "__main__":
    main()
