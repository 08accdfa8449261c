"""From a question to an `Answer` (`answer.py`).

`answerer.py` caches answers and makes the missing ones in batches (`batching.py`) with the
retriever of the model that built the index (`retrievers.py`). The other modules render an answer
as text or as content for Claude, and build the addresses of sources.
"""
