"""When and where: OR-Tools packs visits into day packages, blind to people."""
