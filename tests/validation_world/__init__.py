"""Procedures that a test of the runner can name in a catalogue."""
