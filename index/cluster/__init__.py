"""Reading and embedding by Ray Data: by processes of this machine, or of as many as a cluster has.

`cluster.py` is what a build is given, `connection.py` reaches Ray, `execution.py` has rows worked
on by a pool of actors, and `workers.py` are those actors.
"""

from index.cluster.cluster import Cluster
from index.cluster.connection import LOCAL

__all__ = ["LOCAL", "Cluster"]
