"""Datasets with manifests, their quality, the feature store, and the market and book documents made from them."""
