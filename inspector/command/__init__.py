"""What the command line does: the only rooms that read files, clock and secrets.

Arguments and folders → a run of the month's route → files and words on the terminal.
"""
