"""Who may ask, from where and how often: one gate before every route."""
