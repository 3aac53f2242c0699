"""年度计划: the yearly plan, its publication, what the months did of it."""
