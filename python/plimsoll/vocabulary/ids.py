"""The id port: names of new records are an argument, never drawn unseen."""

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from plimsoll.vocabulary.clock import Clock

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_LENGTH = 26
_ENTROPY_BYTES = 10


class IdSource(Protocol):
    """Names new records."""

    def next(self, prefix: str) -> str:
        """Give an id that no other record has, starting with ``prefix-``."""


class SequentialIds:
    """Counts up from one for each prefix: the same calls give the same ids."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        """Give ``prefix-000001``, then ``prefix-000002`` and so on."""
        self._counts[prefix] += 1
        return f"{prefix}-{self._counts[prefix]:06d}"


class UlidIds:
    """Ids that sort by time of birth: 48 bits of milliseconds, then 80 bits of entropy, in Crockford's base 32.

    Parameters
    ----------
    clock : Clock
        Tells the milliseconds.
    entropy : Callable[[int], bytes]
        Gives that many random bytes, for instance ``os.urandom``.
    """

    def __init__(self, clock: Clock, entropy: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._entropy = entropy

    def next(self, prefix: str) -> str:
        """Give ``prefix-`` and a ULID of 26 letters."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        number = (milliseconds << (8 * _ENTROPY_BYTES)) | int.from_bytes(self._entropy(_ENTROPY_BYTES), "big")
        letters = [_CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(_ULID_LENGTH))]
        return f"{prefix}-{''.join(letters)}"
