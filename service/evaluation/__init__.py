"""How well questions are answered: measured on datasets, and the confidence fitted to them."""
