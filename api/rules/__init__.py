"""规则版本与测算: versions of policy and rules, and what others would do."""
