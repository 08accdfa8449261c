"""From one file to its passages, in a confined process."""
