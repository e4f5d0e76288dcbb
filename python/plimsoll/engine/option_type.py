"""The right to buy or to sell."""

from enum import StrEnum

from plimsoll import _core


class OptionType(StrEnum):
    """The right to buy or to sell."""

    call = "call"
    put = "put"

    def to_core(self) -> _core.OptionType:
        """Give the core's value of the same name."""
        return _core.OptionType[self.name]
