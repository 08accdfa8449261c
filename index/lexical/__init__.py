"""From text to terms, and the search of terms by BM25."""
