"""What every route shares: requests parsed, replies and errors written, operations described."""
