"""Model registries of others, fed from the inventory and never read back."""
