"""Documents elsewhere than on a disk: folders of whatever fsspec reaches, as s3:// and gs://.

`store.py` is the one place that knows fsspec, `folder.py` finds and reads documents there, and
`seen.py` remembers what files held, so that those that did not change are not fetched again.
"""

from index.corpus.remote.folder import Hashed, HashFiles, RemoteFolder, hash_file, hash_here
from index.corpus.remote.seen import NAME as SEEN
from index.corpus.remote.store import Store

__all__ = ["SEEN", "HashFiles", "Hashed", "RemoteFolder", "Store", "hash_file", "hash_here"]
