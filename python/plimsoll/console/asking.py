"""Asking the person at the terminal."""

import sys
from collections.abc import Callable

import click


def prompt() -> Callable[[str], str] | None:
    """Give a way to ask for a passphrase unseen, or none where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda question: str(click.prompt(question.rstrip(": "), hide_input=True, err=True))
