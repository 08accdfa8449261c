"""Measuring answers to questions whose answers are known, and fitting the confidence to them."""
