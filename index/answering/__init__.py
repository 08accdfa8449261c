"""How sure it is that a passage answers a question."""
