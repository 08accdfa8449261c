"""What asks a running Pincite from another program, over HTTP."""
