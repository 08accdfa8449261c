"""From a question to hits.

`retriever` wires the steps of one search: `question_vectors` embeds the question, `candidates`
collects passages by vector and by BM25 and compares each with the question (`matching`, `quotes`,
`periods`, `languages`), `fusion` turns these features into one score, `recency` subtracts for
dates, `reranker` reads the best passages with a model that the user names, `duplicates` groups
copies, and `evidence` marks the sentence that answers. `judging` computes the confidence: `signals`
are the features that it rests on, and `reading` lets the answer model read the `windows` of the
best passages (`window_readings`) and of `rivals`. `agreement` compares the answers of several
sources. A new ranking feature is a field of `fusion.Features`: `candidates` computes it and
`fusion.fuse` weighs it.
"""
