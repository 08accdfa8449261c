"""Updating indexes while they are served: after changes over HTTP or of files, and failures.

Each run of the index is a process of its own, and so is the watch of the documents.
"""
