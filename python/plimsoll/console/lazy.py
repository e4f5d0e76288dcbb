"""A group whose members are imported when they are called, so that `--help` and small commands start fast."""

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """A click group that finds its members in other modules.

    Parameters
    ----------
    members : Mapping[str, tuple[str, str]]
        For each word: where it is (``module:attribute``) and its one line of help.
    """

    def __init__(self, *, members: Mapping[str, tuple[str, str]], name: str, help: str, epilog: str) -> None:
        super().__init__(name=name, help=help, epilog=epilog, no_args_is_help=True)
        self._members = members

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's)
        """Give the words in the order of the voyage."""
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's)
        """Import the member of that word."""
        if cmd_name not in self._members:
            return None
        module, _, attribute = self._members[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's)
        """Write the list of words without importing a single one."""
        with formatter.section("Commands"):
            formatter.write_dl([(word, help_line) for word, (_, help_line) in self._members.items()])
