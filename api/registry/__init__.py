"""The two registries (两库) and the policy, in versions."""
