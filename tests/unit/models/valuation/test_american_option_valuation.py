"""The inventory record of the American option valuation."""

from plimsoll.governance.inventory import Model
from plimsoll.models.valuation import inventory_record
from plimsoll.validation.catalogue import load_catalogue


def test_the_record_is_one_that_the_inventory_takes() -> None:
    record = inventory_record()
    assert Model.from_dict(record).to_dict() == record


def test_the_range_that_the_record_allows_is_the_range_that_is_validated() -> None:
    definition = load_catalogue().definition("VAL-REP-01")
    prohibited = " ".join(inventory_record()["uses_prohibited"])
    ranges = definition.setting("ranges")
    assert ranges["days"][1] == 3 * 365
    assert "three years" in prohibited
    assert f"above {ranges['volatility'][1]:.0%}".replace("%", " %") in prohibited
    assert f"{definition.setting('tree_steps')} steps" in prohibited
