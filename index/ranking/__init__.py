"""From a question to hits.

`retriever` wires the steps of one search: `question_vectors` embeds the question, `candidates`
collects passages by vector and by BM25 and compares each with the question (`matching`, `quotes`,
`periods`, `languages`), `fusion` turns these features into one score, `recency` subtracts for
dates, `reranker` reads the best passages with a model that the user names, `duplicates` groups
copies, `evidence` marks the sentence that answers, and `signals` are the features that confidence
rests on. A new ranking feature is a field of `fusion.Features`: `candidates` computes it and
`fusion.fuse` weighs it.
"""
