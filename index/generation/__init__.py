"""One published state of the index: open, publish, verify and back it up.

`folder` describes the files and opens a generation, `local_passages` searches it, `publishing`
writes it, `manifest` describes it, `lease` protects it from deletion while it is read, and
`live_index` keeps the newest one open. `engine` has the protocols that ranking and storage share;
`encoders` opens the encoder that belongs to a generation.
"""
