"""Access: the keys and sessions of callers, and the gate that each request passes.

`gate.py` refuses a request or lets it in, by the operation of its route. `keys.py` says what a key
permits, `key_file.py` stores keys, and `keyring.py` has a copy of them in memory; `sessions.py`
holds the sessions of browsers. `exposure.py` says when a service needs keys, `origins.py` checks
the host and the site of a request, and `addresses.py` the address of a caller.
"""
