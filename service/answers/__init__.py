"""From a question to an answer, which every protocol renders."""
