"""Measured comparisons with other planners: `python -m tests.bench.compare --help`."""
