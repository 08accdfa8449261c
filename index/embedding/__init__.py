"""From texts to unit vectors."""
