"""What anybody may read, without an account."""
