"""The pages for browsers, rendered on the server.

`pages.py` serves the form, its results and the chat widget; `sign_in.py`, `status.py`,
`feedback.py`, `originals.py` and `description.py` each serve one more page or file. The pages of
documents are routes of `protocols/documents.py`. The other modules prepare values for templates.
"""
