"""The one place where settings become objects.

`storage` opens documents and indexes, `models` the model and the retriever, `answerers` an answerer
and `indexers` an indexer for each collection.
"""
