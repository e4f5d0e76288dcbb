"""Published values, and whether our methods meet them."""

from plimsoll.validation.reference.check import check, exit_code

__all__ = ["check", "exit_code"]
