"""Access: the keys and sessions of callers, and the gate that each request passes.

`gate.py` refuses a request or lets it in, by the operation of its route. `keys.py` stores keys,
`sessions.py` the sessions of browsers, `origins.py` checks the host and the site of a request, and
`addresses.py` the address of a caller.
"""
