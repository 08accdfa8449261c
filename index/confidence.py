"""From the features of a ranking to the probability that the corpus holds an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import CalibrationError
from index.fusion import Features
from index.models import ModelFiles

# one file a model, named after it
_SHIPPED = Path(__file__).parent / "calibrations"


class Calibration(BaseModel):
    """A logistic regression over the features of a ranking, and the model they come from.

    Platt, Probabilistic Outputs for Support Vector Machines (1999), over several features.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    weights_hash: str
    coefficients: dict[str, float]
    intercept: float
    fitted_on: tuple[str, ...]

    def probability(self, features: dict[str, float]) -> float:
        """Return the calibrated probability that the corpus holds an answer."""
        total = self.intercept + sum(
            weight * features[name] for name, weight in self.coefficients.items()
        )
        return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def confidence_features(features: Features, relevance: NDArray[np.float32]) -> dict[str, float]:
    """Return what tells an answered question from an unanswered one, by name.

    `relevance` are the fused scores without the time penalty, float32 of shape (candidates,).
    """
    match = features.match
    return {
        "dense": float(features.dense.max()),
        "sentence": float(features.sentence.max()),
        "bm25": float(match.bm25.max()),
        "coverage": float(match.coverage.max()),
        "fused": float(relevance.max()),
    }


def load_calibration(path: Path | None, model: ModelFiles) -> Calibration | None:
    """Read the calibration at `path`, or the one that ships for `model`, None if none does.

    Raises:
        CalibrationError: it cannot be read, or it was fitted for another model.
    """
    if path is None:
        path = _SHIPPED / f"{model.name}.json"
        if "/" in model.name or not path.is_file():
            return None
    try:
        calibration = Calibration.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CalibrationError(
            f"the calibration {path} cannot be read: {error.strerror}"
        ) from error
    except ValidationError as error:
        raise CalibrationError(
            f"{path} is not a calibration; make one with: pincite calibrate --output {path} FOLDER"
        ) from error
    if calibration.weights_hash != model.weights_hash:
        raise CalibrationError(
            f"the calibration {path} was fitted for the model {calibration.model}, "
            f"not {model.name}; fit one with: pincite calibrate --model {model.name} FOLDER"
        )
    return calibration
