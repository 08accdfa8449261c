"""Writing files so that no error of the disk is lost, and what was written survives a crash."""
