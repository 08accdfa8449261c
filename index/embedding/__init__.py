"""From texts to unit vectors.

`models` finds the model and checks its weights. `encoder_choice` picks an encoder: `compiled` runs
an OpenVINO graph that `export` made, `torch_embedder` runs the library of the model; `agreement`
checks that both find the same. `inputs` is the text that stands for a passage, `spans` pools the
vectors of its sentences, `tokens` counts tokens. `pair_scorer` runs a model that reads two texts
together instead.
"""
