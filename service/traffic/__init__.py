"""How much is answered at once, how often one caller may ask, and what a client may keep."""
