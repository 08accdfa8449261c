"""Vectors of passages, searched by FAISS.

`faiss_index` writes and searches them, `inverted_lists` speeds up large indexes, and `float16`
reads rows that are stored in 16 bits.
"""
