"""Clients of a running Pincite, for other programs in Python."""
