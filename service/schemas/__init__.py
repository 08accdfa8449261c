"""The shapes of replies of Pincite's own HTTP interface."""
