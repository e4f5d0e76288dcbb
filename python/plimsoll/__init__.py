"""Plimsoll: values, risks and margins leveraged books, and signs what it found."""


def __getattr__(name: str) -> str:
    """Look up ``__version__`` in the compiled core, when it is asked for."""
    if name == "__version__":
        from plimsoll._core import version

        return version
    raise AttributeError(f"module 'plimsoll' has no attribute {name!r}")
