"""Documents and passages in SQLite, and the filters that select them."""
