"""How an operator sees what the service does: readiness, metrics and one line a request."""
