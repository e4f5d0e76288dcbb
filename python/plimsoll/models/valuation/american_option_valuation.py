"""The inventory record of the American option valuation: purpose, uses, assumptions, limits, dependencies."""

import json
from importlib.resources import files
from typing import Any

MODEL_ID = "american-option-valuation"


def inventory_record() -> dict[str, Any]:
    """Give the record as the inventory takes it.

    Returns
    -------
    dict
        Plain data with the fields of :class:`plimsoll.governance.inventory.Model`.
    """
    path = files("plimsoll.models.valuation").joinpath("american_option_valuation.json")
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
