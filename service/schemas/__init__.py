"""The pydantic models of Pincite's own HTTP interface.

Requests: `questions.py` and `filters.py` (a question, and the sources that are searched),
`conditions.py` (the values of filters) and `arguments.py` (other query parameters and forms).
Replies: `answers.py`, `documents.py`, `runs.py`, `state.py` and `problems.py`. `rules.py` puts the
rule of each field, in words, into the description of the interface.
"""
