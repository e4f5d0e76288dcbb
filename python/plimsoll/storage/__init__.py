"""Adapters that keep things: the governance database and the private keys."""
