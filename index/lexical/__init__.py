"""Words: from text to terms, and the search of terms by BM25.

`analysis` makes terms of a text, with the stop words of `stopwords`; `terms` stores the terms of
every passage in order, so that ranking can compare passages with a question; `bm25` finds
candidates by their terms with tantivy.
"""
