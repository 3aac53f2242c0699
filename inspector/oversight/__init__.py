"""Who needs remediation, and what a result means."""
