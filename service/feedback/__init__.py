"""What readers say of passages: kept in a file of its own, and exported to measure answers by."""
