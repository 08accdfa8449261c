"""The engine over a Milvus cluster, or over Milvus Lite, an embedded server with one file.

A generation is two collections: `<alias>_<id>` with one row for each passage, and
`<alias>_<id>_records` with values by key: documents, the number of passages with each term, the
encoder and the manifest. The alias points to the first collection of the live generation, so
switching the alias publishes.

`engine` opens and publishes generations, `writing` copies them into Milvus, `passages` and
`catalog` read them, `schema` and `records` define the collections, `expressions` translates
filters, and `session` and `connection` call the server at an `address`.
"""
