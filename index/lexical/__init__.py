"""Words: from text to terms, and the search of terms by BM25.

`analysis` makes the terms of a text: `characters` writes each character in one way, `words` finds
the words, and `stopwords` has the words that do not count. `terms` stores the terms of every
passage in order, so that ranking can compare passages with a question; `bm25` finds candidates by
their terms with tantivy. `languages` detects the language of a passage or a question.
"""
