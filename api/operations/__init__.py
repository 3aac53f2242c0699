"""What the command line does with an installation: prepare, serve, back up, restore."""
