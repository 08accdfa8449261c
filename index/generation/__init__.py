"""One published state of the index: open, publish, verify and back it up."""
