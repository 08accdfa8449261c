"""Evaluation data in BEIR folders: corpus.jsonl, queries.jsonl and qrels/test.tsv.

Thakur et al., BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval
Models (2021). `corpus` has the records and `questions` the questions with their judgements; `lines`
reads the lines of a file.
"""
