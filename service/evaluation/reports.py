"""An evaluation as JSON, and its differences from an earlier one."""

from __future__ import annotations

from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from index import DatasetError, Evaluation


class Baseline(BaseModel):
    """One dataset in an earlier output of `pincite evaluate --json`."""

    model_config = ConfigDict(extra="allow")

    dataset: str
    intervals: dict[str, tuple[float, float]]

    def measure(self, name: str) -> float | None:
        """Return the earlier value of a measure, None if there was none."""
        value = (self.model_extra or {}).get(name)
        return float(value) if isinstance(value, int | float) else None


def evaluation_json(evaluation: Evaluation) -> str:
    """Return one evaluation as one line of JSON."""
    line = {
        "dataset": evaluation.dataset,
        "questions": evaluation.questions,
        **evaluation.measures,
        "kinds": evaluation.kinds,
        "latency_ms": evaluation.latency_ms,
        "intervals": evaluation.intervals,
    }
    return orjson.dumps(line).decode()


def read_baselines(path: Path) -> dict[str, Baseline]:
    """Read the output of `pincite evaluate --json`, one object a line, by dataset.

    Raises:
        DatasetError: the file cannot be read as that.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror}; name a file with the output of "
            "`pincite evaluate --json`"
        ) from error
    baselines = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = Baseline.model_validate_json(line)
        except ValidationError as error:
            raise DatasetError(
                f"{path}, line {number}: not the output of `pincite evaluate --json`; make it anew"
            ) from error
        baselines[one.dataset] = one
    return baselines


def find_drops(evaluation: Evaluation, baseline: Baseline) -> list[str]:
    """Return a line for each measure that fell by more than half the width of its interval.

    Raises:
        DatasetError: the baseline lacks a measure's value.
    """
    drops = []
    for name, (low, high) in baseline.intervals.items():
        before, now = baseline.measure(name), evaluation.measures.get(name)
        if before is None:
            raise DatasetError(
                f"the baseline of {baseline.dataset} has no value of {name}; make it anew with: "
                "pincite evaluate --json"
            )
        if now is None or before - now > (high - low) / 2:
            shown = "nothing" if now is None else f"{now:.4f}"
            drops.append(
                f"{evaluation.dataset}: {name} fell from {before:.4f} to {shown}, "
                f"by more than {(high - low) / 2:.4f}"
            )
    return drops
