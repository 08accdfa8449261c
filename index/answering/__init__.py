"""Whether a passage answers a question, and how sure that is.

`confidence` turns the features of a ranking into the probability that the corpus holds an answer;
`calibrations/` holds the fitted coefficients that ship, one file for each model.
"""
