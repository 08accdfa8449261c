"""The command `pincite` and its subcommands."""
