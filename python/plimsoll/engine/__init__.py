"""The Python face of the core: readers of books and snapshots, and the facade that values them."""
