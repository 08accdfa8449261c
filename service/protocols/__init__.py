"""One blueprint a dialect; each parses its own requests and renders the same Answer."""
