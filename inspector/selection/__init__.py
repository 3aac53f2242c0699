"""Who is drawn: compounds, then people. Standard library only, but `chances`."""
