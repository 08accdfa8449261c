"""Documents and passages in SQLite, and the filters that select them.

`writer` makes the file once, `reader` reads it from any number of threads by a few `connections`,
`rows` converts between rows and values, `conditions` and `selection` turn filters into sets of
passages, and `columns` is an array of what ranking needs of every passage.
"""
