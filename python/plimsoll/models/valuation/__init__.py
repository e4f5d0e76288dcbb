"""The American option valuation as a model under governance."""

from plimsoll.models.valuation.american_option_valuation import inventory_record

__all__ = ["inventory_record"]
