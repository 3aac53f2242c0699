"""When and where: OR-Tools packs visits into day packages, blind to people.

A `Workload` (visits, offices, cars, how many people of which skills) → a `Packing`.
Called by `inspector.month.pack`.
"""
