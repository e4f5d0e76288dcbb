"""The American option valuation as a model under governance: the range that its inventory record allows."""
