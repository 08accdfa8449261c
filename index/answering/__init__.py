"""Whether a passage answers a question, and how sure that is.

`confidence` turns the features of a ranking into the probability that the corpus holds an answer;
`calibrations/` holds the fitted coefficients that ship, one file for each model.

An `answer_model` reads a question with windows of text, and says whether and where each answers.
`opening` opens the one that a setting names: `compiled_answer_model` runs the one that ships,
`hub_answer_models` the others; `decoding` finds the best span.
"""
