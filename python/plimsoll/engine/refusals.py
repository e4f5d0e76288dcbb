"""The core's refusals as exceptions: one class for each thing that a caller did or lacks."""

from plimsoll import _core
from plimsoll.vocabulary.errors import BadInput, CheckFailed, PlimsollError


class InvalidValue(CheckFailed):
    """A value that makes no sense: not finite, out of range or of the wrong form."""


class MissingField(CheckFailed):
    """A value that is needed and was not given."""


class MissingQuote(CheckFailed):
    """The snapshot knows nothing of the underlying."""


class ExpiredProduct(CheckFailed):
    """The product ended before the valuation date."""


class Unsupported(CheckFailed):
    """The method does not value this product."""


class NotConverged(CheckFailed):
    """A search ended without an answer of the accuracy asked for."""


class NotInForce(CheckFailed):
    """A rule is not in force on the date asked for."""


_CLASS_OF_CODE: dict[str, type[PlimsollError]] = {
    "invalid_value": InvalidValue,
    "missing_field": MissingField,
    "missing_quote": MissingQuote,
    "expired_product": ExpiredProduct,
    "unsupported": Unsupported,
    "not_converged": NotConverged,
    "not_in_force": NotInForce,
}


def refusal(code: str, field: str, value: str, allowed: str, fix: str) -> PlimsollError:
    """Give the exception that stands for a refusal of the core.

    Parameters
    ----------
    code : str
        Name of the core's error code.
    field, value, allowed, fix : str
        As in :class:`plimsoll.vocabulary.errors.PlimsollError`.

    Returns
    -------
    PlimsollError
        An exception of the class of that code, not raised.

    Examples
    --------
    >>> type(refusal("missing_quote", "underlying", "XYZ", "one of: AAPL", "add it")).__name__
    'MissingQuote'
    """
    return _CLASS_OF_CODE.get(code, CheckFailed)(code, field=field, value=value, allowed=allowed, fix=fix)


def refusal_of(error: _core.Error) -> PlimsollError:
    """Give a refusal of the core as a named error."""
    return refusal(error.code.name, error.field, error.value, error.allowed, error.fix)


def refusal_of_part(failure: BadInput) -> PlimsollError:
    """Give the refusal of one part of a document (a position, an account, an underlying) for a flaw found in it."""
    code = failure.code if failure.code == "missing_field" else "invalid_value"
    return refusal(code, failure.field, failure.value, failure.allowed, failure.fix)
