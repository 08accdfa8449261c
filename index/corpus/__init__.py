"""Finding documents in a folder or at a URL, opening them safely, and what is known of them."""
