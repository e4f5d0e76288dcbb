"""Strategy-based margin of accounts: one day, its explanation, and the replay of a crisis day by day."""
