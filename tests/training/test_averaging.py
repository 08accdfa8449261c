from __future__ import annotations

from pathlib import Path

import pytest

from index.answering.compiled_answer_model import DEFAULT_FOLDER

pytestmark = pytest.mark.system


def test_a_model_counts_by_its_share(tmp_path: Path) -> None:
    import torch  # not at collection, which would load it in each process

    from tests.training.averaging import average
    from tests.training.network import start_from
    from tests.training.shipped import write_start

    write_start(tmp_path)
    shipped = start_from(tmp_path).state_dict()
    checkpoint = tmp_path / "seen-0000012.pt"
    torch.save({name: torch.zeros_like(values) for name, values in shipped.items()}, checkpoint)
    target = average(checkpoint, {DEFAULT_FOLDER: 0.25})
    assert target == tmp_path / "averaged-0000012.pt"
    mean = torch.load(target, weights_only=True)
    for name, values in shipped.items():
        torch.testing.assert_close(mean[name], 0.25 * values)
