"""Documents elsewhere than on a disk: folders of whatever fsspec reaches, as s3:// and gs://.

`store.py` is the one place that knows fsspec, `folder.py` finds and reads documents there, and
`seen.py` remembers what files held, so that those that did not change are not fetched again.
"""

from index.remote.folder import Hashed, HashFiles, RemoteFolder, hash_file, hash_here
from index.remote.seen import NAME as SEEN
from index.remote.store import Store

__all__ = ["SEEN", "HashFiles", "Hashed", "RemoteFolder", "Store", "hash_file", "hash_here"]
