"""Traffic: how many requests work at once, and how many one caller may send.

`admission.py` counts everything that is scarce, and `door.py` refuses requests while there is too
much of it. `transfers.py` reads bodies within a deadline, `turns.py` makes questions wait for their
turn, `limits.py` limits the rate of a caller, `caching.py` answers with 304, and `sending.py` sends
small replies as a whole.
"""
