"""为何: why a visit is where it is, what would give way, what a month can take."""
