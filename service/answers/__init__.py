"""From a question to an `Answer` (`answer.py`).

`answerer.py` caches answers and makes the missing ones in batches (`batching.py`) with the
retriever of the model that built the index (`retrievers.py`); `open_collection.py` holds it with
its index. `evidence.py`, `alternatives.py`, `certainty.py` and `allowance.py` make the parts of an
answer. The other modules render it as text or as content for Claude, and build the addresses of
sources.
"""
