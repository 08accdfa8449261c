"""Writes raised and lowered characters so that they keep their meaning: 10⁶ is not 106."""

from __future__ import annotations

_RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISED_LETTERS = str.maketrans("nix", "ⁿⁱˣ")


def raised(text: str) -> str:
    """Return text in superscript; letters have none where they are more than a variable.

    What is in brackets, such as the mark [7] of a note, cannot be taken for a part of a number.
    """
    if text.strip().startswith("["):
        return text
    found = text.translate(_RAISED)
    return found.translate(_RAISED_LETTERS) if len(text.strip()) == 1 or found != text else found


def lowered(text: str) -> str:
    """Return text in subscript; letters have none."""
    return text.translate(_LOWERED)


def inline_note(text: str) -> str:
    """Return a note as it stands, in brackets, in the sentence that calls it."""
    words = " ".join(text.split())
    return f" [{words.rstrip('.。')}]" if words else ""
