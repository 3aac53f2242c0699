"""Who is drawn: compounds, then people. Standard library only, but `chances`.

Frozen registries → who is drawn; seats → chances → who sits where.
"""
