"""From a corpus to a published generation.

`build` runs the stages. `reconciling` plans what to do about each file, `next_documents` settles
what each file leaves, and `staging` writes the search files. `reuse` avoids making vectors and
terms again, by the keys of `text_digests`; `checkpoint` saves vectors in case the build is stopped,
and `failures` remembers files that pass a limit. `documents_folder` checks that the index belongs
to the folder. `recipe` says how vectors are made.
"""
