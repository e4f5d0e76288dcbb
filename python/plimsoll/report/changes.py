"""What can differ between two reports, as records that can be turned round."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from plimsoll.vocabulary.digest import Plain

DIFFERENCE_SCHEMA = "plimsoll/report-difference/v1"
_WORSE = ("green", "amber", "red")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing; None on the side that does not have it."""

    subject: str
    field: str
    before: Plain
    after: Plain

    def mirrored(self) -> "Change":
        """Give the same change seen from the other report."""
        return replace(self, before=self.after, after=self.before)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"subject": self.subject, "field": self.field, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Flip:
    """A test whose colour is another, with its statistic on both sides, None where nothing was measured."""

    subject: str
    title: str
    before: str
    after: str
    statistic: str
    unit: str
    value_before: float | None
    value_after: float | None

    @property
    def direction(self) -> str:
        """``worse`` or ``better``; empty where a side is not applicable."""
        if self.before not in _WORSE or self.after not in _WORSE:
            return ""
        return "worse" if _WORSE.index(self.after) > _WORSE.index(self.before) else "better"

    def mirrored(self) -> "Flip":
        """Give the same flip seen from the other report."""
        return replace(
            self,
            before=self.after,
            after=self.before,
            value_before=self.value_after,
            value_after=self.value_before,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {**_plain(self), "direction": self.direction}


@dataclass(frozen=True, slots=True)
class Movement:
    """A statistic that moved, or is taken over another number of cases.

    ``limits_before`` and ``limits_after`` are the thresholds of green and amber in force on each side.
    """

    subject: str
    title: str
    statistic: str
    unit: str
    before: float
    after: float
    n_before: int
    n_after: int
    limits_before: tuple[float, ...]
    limits_after: tuple[float, ...]

    @property
    def absolute(self) -> float | None:
        """After less before, in the unit of the statistic; None where that is beyond all numbers."""
        return _finite(self.after - self.before)

    @property
    def relative(self) -> float | None:
        """The absolute movement over the size before; None where that was zero."""
        return _ratio(self.absolute, abs(self.before))

    @property
    def distance(self) -> float | None:
        """How far the statistic stood from its nearer threshold before; None without thresholds."""
        return min(
            (found for limit in self.limits_before if (found := _gap(self.before, limit)) is not None), default=None
        )

    @property
    def share(self) -> float | None:
        """The size of the movement in units of that distance: 1 would have reached the threshold.

        None without thresholds, and where the statistic stood on one of them.
        """
        absolute = self.absolute
        return None if absolute is None else _ratio(abs(absolute), self.distance)

    def order(self) -> tuple[float, str]:
        """Give the key by which movements are sorted: the largest share first, what stood on its threshold before all."""
        if self.share is not None:
            return -self.share, self.subject
        on_its_threshold = self.distance == 0.0 and self.before != self.after
        return (-math.inf if on_its_threshold else 0.0), self.subject

    def mirrored(self) -> "Movement":
        """Give the same movement seen from the other report."""
        return replace(
            self,
            before=self.after,
            after=self.before,
            n_before=self.n_after,
            n_after=self.n_before,
            limits_before=self.limits_after,
            limits_after=self.limits_before,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        figures = {name: getattr(self, name) for name in ("absolute", "relative", "distance", "share")}
        return {**_plain(self), **figures}


@dataclass(frozen=True, slots=True)
class ReportDifference:
    """Everything in which the content of two reports differs, its envelope aside.

    Parameters
    ----------
    digest_before, digest_after : str
        The digests of the two reports; equal if and only if nothing differs.
    flips : tuple of Flip
        Tests with another colour.
    thresholds : tuple of Change
        Thresholds of tests in force on both sides.
    policy : tuple of Change
        Policy pack, catalogue, waivers, and revisions and settings of the tests planned.
    statistics : tuple of Movement
        Moved statistics, the largest against the distance to its threshold first.
    findings : tuple of Change
        Findings opened (nothing before), closed (nothing after) and changed.
    recommendations : tuple of Change
        What is recommended for each model, and who holds the offices.
    tests : tuple of Change
        Tests on one side alone, with their colour.
    inputs : tuple of Change
        Digests of datasets and inputs, the valuation date, what prices and assumptions the results rest on.
    code : tuple of Change
        Versions of the models and of the code, library and machine that ran the tests.
    parts : tuple of Change
        Every part of the report by its digest: what the entries above explain, and what they do not, such as a text.
    signatures : tuple of Change
        Who signed one side alone. Signatures stand in the envelope: shown, but no difference.
    """

    digest_before: str
    digest_after: str
    flips: tuple[Flip, ...] = ()
    thresholds: tuple[Change, ...] = ()
    policy: tuple[Change, ...] = ()
    statistics: tuple[Movement, ...] = ()
    findings: tuple[Change, ...] = ()
    recommendations: tuple[Change, ...] = ()
    tests: tuple[Change, ...] = ()
    inputs: tuple[Change, ...] = ()
    code: tuple[Change, ...] = ()
    parts: tuple[Change, ...] = ()
    signatures: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether the two reports say the same, whoever signed them and whenever they were made."""
        return self.digest_before == self.digest_after

    def mirrored(self) -> "ReportDifference":
        """Give what the comparison the other way round finds."""
        turned: dict[str, Any] = {
            name: tuple(entry.mirrored() for entry in entries) for name, entries in self._groups().items()
        }
        turned["statistics"] = tuple(sorted(turned["statistics"], key=Movement.order))
        return ReportDifference(self.digest_after, self.digest_before, **turned)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        groups = {name: [entry.to_dict() for entry in entries] for name, entries in self._groups().items()}
        return {
            "schema": DIFFERENCE_SCHEMA,
            "equal": self.is_empty,
            "digests": {"before": self.digest_before, "after": self.digest_after},
            **groups,
        }

    def _groups(self) -> dict[str, Sequence[Any]]:
        names = (field.name for field in fields(self) if not field.name.startswith("digest_"))
        return {name: getattr(self, name) for name in names}


def _plain(record: Any) -> dict[str, Any]:
    found: Mapping[str, Any] = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _gap(value: float, limit: float) -> float | None:
    return _finite(abs(value - limit))


def _ratio(value: float | None, size: float | None) -> float | None:
    return None if value is None or not size else _finite(value / size)
