"""A logistic regression whose coefficients have the signs that their features mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.answering.confidence import Signal

# Features that can only make an answer less likely, and those that can do either; all others can
# only make it likelier. Features that say nearly the same, such as the probability of an answer
# and the score of its span, otherwise get large coefficients of opposite signs, which hold for
# the fitted questions alone.
_AGAINST: frozenset[Signal] = frozenset({"absent_codes", "absent_names"})
_EITHER: frozenset[Signal] = frozenset({"log_passages"})
_SAME = 1e-9  # the standard deviation of a feature that is the same for all questions
_RIDGE = 1e-3  # enough to keep the coefficients of separable questions finite


def fit_logistic(
    values: NDArray[np.float64],
    kinds: NDArray[np.bool_],
    weights: NDArray[np.float64],
    names: Sequence[Signal],
) -> tuple[dict[Signal, float], float]:
    """Return the coefficient of each feature and the intercept.

    `values` is of shape (questions, features); `kinds`, whether each question is answerable, and
    `weights` are of shape (questions,). L-BFGS-B (Byrd et al. 1995) minimises the weighted log
    loss within bounds.
    """
    from scipy.optimize import minimize  # takes long to import
    from scipy.special import expit

    spread = values.std(axis=0)
    scales = np.append(np.where(spread > _SAME, spread, 1), 1)
    rows = np.column_stack([values, np.ones(len(values))]) / scales
    signs = np.where(kinds, 1.0, -1.0)
    weights = weights / weights.sum()
    ridge = np.append(np.full(values.shape[1], _RIDGE), 0)

    def loss(coefficients: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        wrong = -signs * (rows @ coefficients)
        total = weights @ np.logaddexp(0, wrong) + ridge @ coefficients**2 / 2
        slopes = -signs * weights * expit(wrong)
        return float(total), slopes @ rows + ridge * coefficients

    bounds = [
        (None if one in _EITHER | _AGAINST else 0, 0 if one in _AGAINST else None) for one in names
    ]
    found = minimize(
        loss, np.zeros(len(scales)), jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B"
    )
    *coefficients, intercept = (found.x / scales).round(4).tolist()
    return dict(zip(names, coefficients, strict=True)), intercept
