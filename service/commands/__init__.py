"""The command `pincite`: `cli.py` has the table of its commands, each in a module of its own."""
