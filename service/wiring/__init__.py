"""The one place where settings become objects.

`storage` opens the documents and the index, `models` what embeds and ranks, `answerers` what
answers and `indexers` what brings an index up to date.
"""
