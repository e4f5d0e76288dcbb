"""The table of what a command refused."""

from collections.abc import Sequence

from plimsoll.console.view import Table
from plimsoll.vocabulary.errors import PlimsollError


def refused_table(refused: Sequence[tuple[str, PlimsollError]]) -> tuple[Table, ...]:
    """Give one row a refusal, by trade; no table where nothing was refused."""
    if not refused:
        return ()
    rows = [(trade_id, *failure.to_dict().values()) for trade_id, failure in refused]
    return (Table("Refused", ("trade", "code", "field", "value", "allowed", "fix"), rows),)
