"""An engine in a Milvus cluster, or in Milvus Lite, its embedded server in a file.

A generation is two collections. `<alias>_<id>` holds a row a passage, and `<alias>_<id>_records`
what is looked up by a key: documents, the numbers of passages that hold a term, the encoder and
the manifest. The alias names the first of the live generation; to switch it is to publish.
"""
