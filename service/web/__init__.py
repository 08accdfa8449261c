"""The pages for people: a form, its results, and each source with the passage marked."""
