"""Traffic: how many requests work at once, and how many one caller may send.

`admission.py` counts everything that is scarce, and `load_shedding.py` refuses requests while
nothing is left of it. `transfers.py` reads bodies within a deadline, and `stalled.py` ends the
connections of those that are late; `turns.py` makes questions wait for their turn, `limits.py`
limits the rate of a caller, `caching.py` answers with 304, and `sending.py` sends small replies as
a whole.
"""
