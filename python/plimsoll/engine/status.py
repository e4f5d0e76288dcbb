"""Whether a market number was observed or is assumed."""

from collections.abc import Mapping
from typing import Any

from plimsoll import _core


def status_of(item: Mapping[str, Any]) -> _core.Status:
    """Give the core's status of a number of a document that the schema has let pass."""
    return _core.Status[item["status"].lower()]
