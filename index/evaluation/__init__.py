"""Measuring answers and fitting confidence, over data whose answers are known.

`beir` reads datasets, `evaluator` asks their questions, `measures` computes the measures, and
`fitting` fits the regressions of `index.answering.confidence`.
"""
