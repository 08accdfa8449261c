"""The one place where settings become objects.

`storage` opens documents and indexes, `models` the model and the retriever, `collections` what
answers for each collection, and `indexers` what brings its index up to date.
"""
