"""Vectors of passages, searched by FAISS."""
