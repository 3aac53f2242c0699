"""Plain pages: what the public reads without script."""
