"""年度计划: the year's numbers, its twelve batches, what was covered, its counts."""
