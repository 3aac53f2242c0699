"""What the command line does: the only rooms that read files, clock and secrets."""
