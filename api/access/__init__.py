"""Who works with the service: accounts, sign-in, the record of what happened."""
