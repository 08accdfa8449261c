"""Logs, metrics for Prometheus, and whether the service is ready."""
