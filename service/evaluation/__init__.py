"""Measuring the answers on datasets, and fitting the confidence to them."""
