"""One blueprint a dialect; each parses its own requests and renders the same Answer."""

# What a dialect calls the documents where it wants a store, a knowledge base or a model named.
COLLECTION = "default"
