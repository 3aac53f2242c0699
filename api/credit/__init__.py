"""信用: facts, files, rules, evaluation, red and black lists."""
