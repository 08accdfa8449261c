"""Feedback of readers: whether a passage helped with a question.

`store.py` counts it in a SQLite file, without any data on the readers. `export.py` writes it as a
BEIR folder, so that `pincite evaluate` can measure answers with it.
"""
