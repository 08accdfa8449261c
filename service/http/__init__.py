"""HTTP: the parts that all routes share.

`operation.py` describes a route and `table.py` finds the one of a request; `parsing.py` reads
requests, `responses.py` and `problems.py` write replies and errors, `request_ids.py` gives ids, and
`openapi.py` describes the interface.
"""
