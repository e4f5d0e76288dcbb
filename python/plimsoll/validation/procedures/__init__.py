"""The procedures of the catalogue: each takes a definition and a context and gives what it measured."""
