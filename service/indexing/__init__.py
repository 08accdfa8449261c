"""Keeping an index in step with its documents while it is served."""
