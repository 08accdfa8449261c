"""Trains, measures and exports the answer model: `python -m tests.training --help`."""
