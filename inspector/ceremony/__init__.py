"""The public ceremony: canonical bytes, seeds, the log, bundles."""
