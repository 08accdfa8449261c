"""Reads one file and cuts it into passages, in a confined process.

`isolation` keeps a few reader processes and hands them files, `reader_process` starts one and
talks to it, `forks` makes it a fork of one that has loaded the readers, and `worker` is the program
that runs in it. `job` is what it receives, with `limits`; `network` takes its network away.
`reading` is the step itself: read, cut, check. `passages` and `sentences` cut the text.
"""
