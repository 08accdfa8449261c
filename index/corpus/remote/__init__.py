"""Documents in remote folders that fsspec reaches, such as s3:// and gs://.

`store` is the only module that uses fsspec. `folder` finds and reads the documents, and `seen`
keeps the hashes of files, so that an unchanged file is not fetched again.
"""

from index.corpus.remote.folder import Hashed, HashFiles, RemoteFolder, hash_file, hash_here
from index.corpus.remote.seen import NAME as SEEN
from index.corpus.remote.store import Store

__all__ = ["SEEN", "HashFiles", "Hashed", "RemoteFolder", "Store", "hash_file", "hash_here"]
