"""Reading and embedding with Ray Data, by processes of this machine or of a cluster.

`cluster` is what a build uses, `connection` connects to Ray, `execution` runs rows through a pool
of actors, and `workers` are these actors.
"""

from index.cluster.cluster import Cluster
from index.cluster.connection import LOCAL

__all__ = ["LOCAL", "Cluster"]
