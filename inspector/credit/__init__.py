"""信用: facts on companies and compounds, evaluation, score, red and black lists."""
