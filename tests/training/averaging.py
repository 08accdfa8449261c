"""The mean of the weights of a training and of the models that it comes from.

Models that were trained further from one another may be averaged weight by weight: the mean often
reads better, and on other texts, than the last (Wortsman et al. 2022, Model soups).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from tests.training.network import start_from
from tests.training.shipped import write_start


def average(checkpoint: Path, shares: Mapping[Path, float]) -> Path:
    """Write the mean of a checkpoint and of exported models beside it, and return its file.

    Each folder of an exported model has its share, from 0 to 1; the checkpoint has the rest.
    """
    last = torch.load(checkpoint, weights_only=True, map_location="cpu")
    states = [(last, 1 - sum(shares.values()))]
    for folder, share in shares.items():
        with tempfile.TemporaryDirectory() as start:
            write_start(Path(start), folder)
            states.append((start_from(Path(start)).state_dict(), share))
    mean = {name: _mean([(state[name], share) for state, share in states]) for name in last}
    target = checkpoint.with_stem(checkpoint.stem.replace("seen", "averaged"))
    torch.save(mean, target)
    return target


def _mean(parts: list[tuple[Tensor, float]]) -> Tensor:
    first, _ = parts[0]
    if not first.dtype.is_floating_point:
        return first
    return torch.stack([part.float() * share for part, share in parts]).sum(0)
