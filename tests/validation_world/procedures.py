"""Three procedures: one that measures, one that cannot, one that asks for a setting that is not there."""

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import Measurement, NotApplicable, Outcome


def length(_definition: TestDefinition, context: Context) -> Outcome:
    return Measurement(float(len(context.backtests)), len(context.backtests), "number of series")


def nothing(_definition: TestDefinition, _context: Context) -> Outcome:
    return NotApplicable("nothing to measure")


def missing(definition: TestDefinition, _context: Context) -> Outcome:
    return Measurement(float(definition.setting("absent")), 1, "never")
