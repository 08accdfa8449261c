"""Finds the documents of a folder or a URL, opens them safely, and reads each one.

`scanning` decides which files are read and `rules` how; `folder` reads them from this machine and
`remote` from a URL. `readers` holds one file for each format, and its `__init__` the table of
formats. `sidecars` and `metadata` put together the title, date and other metadata of a document.
`document_store` writes the files that clients upload.
"""
