"""Every field of every bound struct: one list gives the constructor, repr, equality, pickle, plain data and digest."""

import pickle
from datetime import date
from typing import Any

import pytest

from bound_structs import STRUCTS
from plimsoll import _core

FIELDS = [(struct, name) for struct, fields in STRUCTS.items() for name in fields]


def made(struct: type, **changes: Any) -> Any:
    return struct(**{name: values[0] for name, values in STRUCTS[struct].items()} | changes)


def test_every_bound_struct_is_walked() -> None:
    described = {
        bound
        for bound in vars(_core).values()
        if isinstance(bound, type) and "to_dict" in vars(bound) and "__setstate__" in vars(bound)
    }
    assert described - {_core.Curve, _core.VolatilitySurface} == set(STRUCTS)


@pytest.mark.parametrize(("struct", "name"), FIELDS, ids=[f"{s.__name__}.{n}" for s, n in FIELDS])
def test_a_field_is_read_where_it_was_written_and_counts_everywhere(struct: type, name: str) -> None:
    value, other = STRUCTS[struct][name]
    plain, changed = made(struct), made(struct, **{name: other})
    assert getattr(plain, name) == value
    assert getattr(changed, name) == other
    for unchanged in set(STRUCTS[struct]) - {name}:
        assert getattr(changed, unchanged) == getattr(plain, unchanged)
    assert plain != changed
    assert plain.digest != changed.digest
    assert plain.to_dict() != changed.to_dict()
    assert f"{name}={other!r}" in repr(changed)
    with pytest.raises(AttributeError):
        setattr(plain, name, other)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda s: s.__name__)
def test_a_struct_survives_pickling_and_equals_its_twin(struct: type) -> None:
    plain = made(struct)
    copy = pickle.loads(pickle.dumps(plain))
    assert copy == plain == made(struct)
    assert hash(copy) == hash(plain)
    assert copy.digest == plain.digest
    assert plain != "something else"
    assert set(plain.to_dict()) == set(STRUCTS[struct])


@pytest.mark.parametrize("struct", [s for s, fields in STRUCTS.items() if fields], ids=lambda s: s.__name__)
def test_every_field_must_be_given_by_name(struct: type) -> None:
    with pytest.raises(TypeError):
        struct()


def test_curves_and_surfaces_are_values_that_refuse_nonsense() -> None:
    curve = _core.Curve.from_zero_rates([0.5, 1.0], [0.01, 0.03])
    surface = _core.VolatilitySurface.skewed(0.2, -0.1)
    for value in (curve, surface):
        assert pickle.loads(pickle.dumps(value)) == value
        assert value.digest.startswith("sha256:")
    assert curve.zero_rate(0.75) == pytest.approx(0.02, abs=1e-15)
    assert curve.discount_factor(0.0) == 1.0
    assert curve.shifted(0.01).rates == [0.02, 0.04]
    assert surface.shifted(0.1).atm == pytest.approx(0.3, abs=1e-15)
    assert surface.volatility(100.0, 100.0, 1.0) == 0.2
    with pytest.raises(Exception, match="invalid_value"):
        _core.Curve.flat(float("nan"))


def test_a_snapshot_is_a_value_and_a_change_gives_another() -> None:
    market = made(_core.UnderlyingMarket)
    snapshot = _core.Snapshot.make(date(2026, 1, 5), [market])
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot
    assert hash(pickle.loads(pickle.dumps(snapshot))) == hash(snapshot)
    assert snapshot.underlyings == [market]
    assert snapshot.underlying("ABC") == market
    assert "2026-01-05" in repr(snapshot)
    changed = snapshot.replaced(made(_core.UnderlyingMarket, spot=101.0))
    assert changed != snapshot
    assert changed.digest != snapshot.digest
    assert snapshot.underlying("ABC").spot == 100.0
    with pytest.raises(Exception, match="missing_quote"):
        snapshot.underlying("NONE")
    with pytest.raises(TypeError):
        _core.Snapshot.make("2026-01-05", [market])
