"""Trains the network: processes of one thread, whose weights are averaged every minute.

On a shared machine neither waits for the other at each step (local SGD, Stich 2019).
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click
import torch
from tokenizers import Tokenizer
from torch import distributed, nn

from tests.training import batches, mixture
from tests.training.network import AnswerNetwork, empty, loss_of, start_from
from tests.training.shipped import write_start
from tests.training.start import prepare_start
from tests.training.windows import Example

_WARM_UP = 0.05  # of the budget
_CLIP = 1.0
_SECONDS, _STEPS = 60.0, 40  # between two averages: of time, or of a budget of examples
_SAVED = 4  # averages between two savings of all that it takes to go on
_SNAPSHOT_EVERY = 0.1  # of the budget: for the learning curve


@dataclass(frozen=True)
class Plan:
    """How to train.

    The learning rate falls to zero at the end of the budget: so many minutes of training, or so
    many examples, which repeats a training exactly.
    """

    folder: Path
    minutes: float = 70.0
    examples: int = 0
    seed: int = 17
    batch: int = 12  # of each process
    rate: float = 1.2e-4
    processes: int = 2
    goes_on: bool = False  # from the model that ships, in place of the one that it started from


@dataclass
class Progress:
    """How far the training has come."""

    seen: int = 0
    seconds: float = 0.0
    steps: int = 0
    losses: list[float] = field(default_factory=list)

    def share(self, plan: Plan) -> float:
        """Return how much of the budget is used, 0 to 1."""
        if plan.examples:
            return min(1.0, self.seen / plan.examples)
        return min(1.0, self.seconds / (60 * plan.minutes))


def prepare(plan: Plan, examples: list[Example]) -> None:
    """Write the start into the checkpoint folder, if it is not there."""
    if (plan.folder / "start" / "model.safetensors").exists():
        return
    if plan.goes_on:
        write_start(plan.folder / "start")
    else:
        texts = (text for one in examples for text in (one.question, one.window))
        prepare_start(plan.folder / "start", texts)


def train(plan: Plan) -> None:
    """Train in as many processes as the plan says, going on from the last checkpoint."""
    examples, _ = mixture.build_once(plan.seed, plan.folder)
    click.echo(mixture.summary(examples))
    prepare(plan, examples)
    port = 20000 + os.getpid() % 20000
    torch.multiprocessing.spawn(  # type: ignore[attr-defined, no-untyped-call]
        _work, (plan, examples, port), nprocs=plan.processes
    )


def load(plan_folder: Path, weights: Path) -> AnswerNetwork:
    """Return the network with the weights of a checkpoint."""
    network = empty(plan_folder / "start")
    network.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"))
    return network.eval()


def _work(rank: int, plan: Plan, examples: list[Example], port: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    distributed.init_process_group(
        "gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=plan.processes
    )
    tokenizer = Tokenizer.from_file(str(plan.folder / "start" / "tokenizer.json"))
    network = start_from(plan.folder / "start")
    trained = [one for one in network.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(_groups(network), lr=plan.rate, betas=(0.9, 0.98), fused=True)
    progress = _resume(plan, network, optimizer)
    share = examples[rank :: plan.processes]
    clock = time.monotonic()
    snapshot = int(progress.share(plan) / _SNAPSHOT_EVERY)
    since = Progress()
    network.train()
    for batch in batches.bucketed(share, plan.batch, plan.seed, progress.seen // plan.processes):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * _scale(_used(plan, progress, since))
        since.losses.append(_step(batch, network, tokenizer))
        nn.utils.clip_grad_norm_(trained, _CLIP)
        optimizer.step()
        optimizer.zero_grad()
        since.seen += len(batch)
        since.steps += 1
        since.seconds = time.monotonic() - clock
        if since.steps < _STEPS if plan.examples else since.seconds < _SECONDS:
            continue
        _meet(network, optimizer, since, progress)
        clock, since = time.monotonic(), Progress()
        used = progress.share(plan)
        if rank == 0:
            _tell(progress, used)
            if len(progress.losses) % _SAVED == 0 or used >= 1:
                _save(plan, network, optimizer, progress)
            if int(used / _SNAPSHOT_EVERY) > snapshot:
                _snapshot(plan, network, progress.seen)
        snapshot = int(used / _SNAPSHOT_EVERY)
        if used >= 1:
            break
    distributed.destroy_process_group()


def _used(plan: Plan, progress: Progress, since: Progress) -> float:
    seen = progress.seen + since.seen * plan.processes
    return Progress(seen, progress.seconds + since.seconds).share(plan)


def _meet(
    network: AnswerNetwork,
    optimizer: torch.optim.Optimizer,
    since: Progress,
    progress: Progress,
) -> None:
    """Average weights and moments over the processes, each by the examples that it has seen."""
    told = torch.tensor([since.seen, since.steps, since.seconds, sum(since.losses)])
    share = since.seen
    distributed.all_reduce(told)
    tensors = [one for one in network.parameters() if one.requires_grad]
    moments = [optimizer.state[one][name] for one in tensors for name in ("exp_avg", "exp_avg_sq")]
    with torch.no_grad():
        for tensor in (*tensors, *moments):
            tensor.mul_(share / float(told[0]))
            distributed.all_reduce(tensor)
    progress.seen += int(told[0])
    progress.steps += int(told[1])
    progress.seconds += float(told[2]) / distributed.get_world_size()
    progress.losses.append(float(told[3] / told[1]))


def _step(examples: list[Example], network: AnswerNetwork, tokenizer: Tokenizer) -> float:
    batch = batches.tensors(examples, tokenizer)
    # without instructions for it, a product in bfloat16 takes ten times as long as in float32
    is_fast = torch.cpu._is_avx512_bf16_supported()
    with torch.autocast("cpu", torch.bfloat16, enabled=is_fast):
        outputs = network(batch.ids, batch.mask, batch.types)
    loss = loss_of(outputs, batch.starts, batch.ends, batch.labels, batch.window)
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def _groups(network: AnswerNetwork) -> list[dict[str, object]]:
    named = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    plain = [one for name, one in named if one.ndim < 2 or "embeddings" in name]
    return [
        {"params": [one for name, one in named if one.ndim >= 2 and "embeddings" not in name],
         "weight_decay": 0.01},
        {"params": plain, "weight_decay": 0.0},
    ]  # fmt: skip


def _scale(share: float) -> float:
    return share / _WARM_UP if share < _WARM_UP else max(0.0, (1 - share) / (1 - _WARM_UP))


def _tell(progress: Progress, share: float) -> None:
    recent = progress.losses[-3:]
    click.echo(
        f"{share:6.1%} of the budget, {progress.seen} examples, "
        f"loss {sum(recent) / len(recent):.4f},"
        f" {progress.seen / max(1.0, progress.seconds):.1f} a second",
    )


def _save(
    plan: Plan, network: AnswerNetwork, optimizer: torch.optim.Optimizer, progress: Progress
) -> None:
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "progress": asdict(progress),
    }
    torch.save(state, plan.folder / "last.pt.new")
    (plan.folder / "last.pt.new").replace(plan.folder / "last.pt")
    (plan.folder / "losses.json").write_text(json.dumps(progress.losses))


def _resume(plan: Plan, network: AnswerNetwork, optimizer: torch.optim.Optimizer) -> Progress:
    if not (plan.folder / "last.pt").exists():
        return Progress()
    state = torch.load(plan.folder / "last.pt", weights_only=True, map_location="cpu")
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"])


def _snapshot(plan: Plan, network: AnswerNetwork, seen: int) -> None:
    torch.save(network.state_dict(), plan.folder / f"seen-{seen:07d}.pt")
