"""年度计划: the year's numbers, its twelve batches, and what was covered."""
