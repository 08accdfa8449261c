"""From a corpus to a staged generation."""
