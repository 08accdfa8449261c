"""From the features of a ranking to the probability that the corpus holds an answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from index.answering.decoding import probability_of
from index.embedding.models import ModelFiles
from index.errors import CalibrationError

# one file for each model, named after it
_SHIPPED = Path(__file__).parent / "calibrations"


# The features of a ranking that confidence may rest on: index.ranking.signals makes them.
Signal = Literal[
    "fused",
    "alike",
    "margin",
    "log_passages",
    "lexical",
    "searched",
    "absent_codes",
    "absent_names",
    "foreign",
    "cosines",
    "answer",
    "span",
]

# The most confidence where a code or a name of the question stands nowhere in the corpus; for
# names, if the regression was not fitted to that signal. Codes are too rare to learn from, and the
# answer model takes E-4711 for E-4710. Of 4,100 answerable questions of SQuAD and XQuAD, 2 have
# an absent one, both by a misprint.
LIMITS: dict[Signal, float] = {"absent_codes": 0.05, "absent_names": 0.25}


class Regression(BaseModel):
    """A logistic regression over named features. Platt (1999), over several features."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coefficients: dict[Signal, FiniteFloat]
    intercept: FiniteFloat

    def probability(self, features: Mapping[Signal, float]) -> float:
        """Return the probability, from 0 to 1."""
        total = self.intercept + sum(
            weight * features[name] for name, weight in self.coefficients.items()
        )
        return probability_of(total)


class Calibration(BaseModel):
    """The regressions that turn a ranking over a model's index into a confidence.

    `trusted` is for questions in the languages of the model. `lexical` is for questions in other
    languages, for which only matching words count. `across` takes the place of `trusted` where the
    best passage is in another language than the question, `answered` where the answer model
    `answer_model` read the best passages. A calibration may lack both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    weights_hash: str
    fitted_on: tuple[str, ...]
    trusted: Regression
    lexical: Regression
    across: Regression | None = None
    answer_model: str | None = None
    answered: Regression | None = None

    def probability(self, features: Mapping[Signal, float], trust: float) -> float:
        """Return the calibrated probability that the corpus holds an answer."""
        regression = self._regression(features, trust)
        limits = (
            limit
            for name, limit in LIMITS.items()
            if features.get(name)
            and (name == "absent_codes" or name not in regression.coefficients)
        )
        return min(regression.probability(features), *limits, 1.0)

    def _regression(self, features: Mapping[Signal, float], trust: float) -> Regression:
        if trust != 1:
            return self.lexical
        if self.across and features.get("foreign"):
            return self.across
        return self.answered if self.answered and "answer" in features else self.trusted


def load_calibration(path: Path | None, model: ModelFiles) -> Calibration | None:
    """Read the calibration at `path`, or the one that ships for `model`, or None without one.

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
            f"the calibration {path} cannot be read: {error.strerror}; name another file"
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
