"""Files and folders: written so that they survive a crash, hashed, and their errors translated.

`fsync` flushes to disk, `access` sets owner and mode, `locks` are those of the system, `arrays`
saves NumPy arrays, `hashes` computes digests, and `system_errors` turns refusals of the system into
`BuildFailed`.
"""
