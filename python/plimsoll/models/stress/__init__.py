"""Stress: books under historical replays and hypothetical moves."""
