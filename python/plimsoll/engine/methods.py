"""The methods of valuation as frozen settings; a result's evidence holds the digest of these."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from plimsoll import _core
from plimsoll.vocabulary.errors import BadInput


class Extrapolation(StrEnum):
    """Whether the leading error of a lattice or grid is removed with the help of one of half the steps."""

    none = "none"
    richardson = "richardson"

    def to_core(self) -> _core.Extrapolation:
        """Give the core's value of the same name."""
        return _core.Extrapolation[self.name]


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """The exact formula, where the product has one."""

    def to_core(self) -> _core.ClosedForm:
        """Give the core's settings."""
        return _core.ClosedForm()

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "ClosedForm"}


@dataclass(frozen=True, slots=True)
class LeisenReimer:
    """Binomial lattice centred at the strike; ``steps`` is odd, 3 to 4001."""

    steps: int = 201
    extrapolation: Extrapolation = Extrapolation.richardson

    def to_core(self) -> _core.LeisenReimer:
        """Give the core's settings."""
        return _core.LeisenReimer(steps=self.steps, extrapolation=Extrapolation(self.extrapolation).to_core())

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "LeisenReimer", **asdict(self)}


@dataclass(frozen=True, slots=True)
class CrankNicolson:
    """Finite differences: ``space_steps`` 20 to 5000 in the spot, ``time_steps`` 10 to 5000 backward in time.

    On two underlyings by alternating directions, 2000 steps at most, as many for the one spot as for the other.
    """

    space_steps: int = 200
    time_steps: int = 100
    extrapolation: Extrapolation = Extrapolation.richardson

    def to_core(self) -> _core.CrankNicolson:
        """Give the core's settings."""
        extrapolation = Extrapolation(self.extrapolation).to_core()
        return _core.CrankNicolson(
            space_steps=self.space_steps, time_steps=self.time_steps, extrapolation=extrapolation
        )

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "CrankNicolson", **asdict(self)}


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """Simulation; the seed alone selects the random numbers, and ``threads`` changes no bit of the result."""

    paths: int = 65536
    seed: int = 1
    threads: int = 1

    def to_core(self) -> _core.MonteCarlo:
        """Give the core's settings."""
        return _core.MonteCarlo(paths=self.paths, seed=self.seed, threads=self.threads)

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "MonteCarlo", **asdict(self)}


@dataclass(frozen=True, slots=True)
class IntegralEquation:
    """The exercise boundary of an American option as the solution of an integral equation.

    ``nodes`` 3 to 64 of the boundary, ``points`` 3 to 256 of each node's quadrature, ``steps`` 1 to 40 of Newton's method,
    ``price_points`` 3 to 1024 of the price's quadrature.
    """

    nodes: int = 12
    points: int = 14
    steps: int = 6
    price_points: int = 36

    @classmethod
    def fast(cls) -> "IntegralEquation":
        """Give sizes for an error of about 1e-5 on a strike of 100, where nothing is extreme."""
        return cls(nodes=7, points=8, steps=5, price_points=24)

    @classmethod
    def accurate(cls) -> "IntegralEquation":
        """Give sizes for an error of about 1e-7."""
        return cls()

    @classmethod
    def high_precision(cls) -> "IntegralEquation":
        """Give sizes for an error of about 1e-9."""
        return cls(nodes=24, points=32, steps=8, price_points=128)

    def to_core(self) -> _core.IntegralEquation:
        """Give the core's settings."""
        return _core.IntegralEquation(
            nodes=self.nodes, points=self.points, steps=self.steps, price_points=self.price_points
        )

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "IntegralEquation", **asdict(self)}


@dataclass(frozen=True, slots=True)
class BaroneAdesiWhaley:
    """The quadratic approximation of Barone-Adesi and Whaley (1987)."""

    def to_core(self) -> _core.BaroneAdesiWhaley:
        """Give the core's settings."""
        return _core.BaroneAdesiWhaley()

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "BaroneAdesiWhaley"}


class BoundaryEdition(StrEnum):
    """The shape of the exercise boundary in the two editions of Bjerksund and Stensland."""

    flat_1993 = "flat_1993"
    two_steps_2002 = "two_steps_2002"

    def to_core(self) -> _core.BoundaryEdition:
        """Give the core's value of the same name."""
        return _core.BoundaryEdition[self.name]


@dataclass(frozen=True, slots=True)
class BjerksundStensland:
    """The approximation of Bjerksund and Stensland: a lower bound."""

    edition: BoundaryEdition = BoundaryEdition.two_steps_2002

    def to_core(self) -> _core.BjerksundStensland:
        """Give the core's settings."""
        return _core.BjerksundStensland(edition=BoundaryEdition(self.edition).to_core())

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "BjerksundStensland", **asdict(self)}


@dataclass(frozen=True, slots=True)
class JuQuadratic:
    """The modified quadratic approximation of Ju (1999)."""

    def to_core(self) -> _core.JuQuadratic:
        """Give the core's settings."""
        return _core.JuQuadratic()

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "JuQuadratic"}


class BinomialMoves(StrEnum):
    """How a binomial lattice divides the variance of a step between moves and probabilities."""

    cox_ross_rubinstein = "cox_ross_rubinstein"
    jarrow_rudd = "jarrow_rudd"
    tian = "tian"

    def to_core(self) -> _core.BinomialMoves:
        """Give the core's value of the same name."""
        return _core.BinomialMoves[self.name]


class LastStep(StrEnum):
    """What the last step of a lattice rolls back: the payoff, or the formula of the option that has one step left."""

    payoff = "payoff"
    black_scholes = "black_scholes"

    def to_core(self) -> _core.LastStep:
        """Give the core's value of the same name."""
        return _core.LastStep[self.name]


@dataclass(frozen=True, slots=True)
class Binomial:
    """Binomial lattice of the textbooks, 4 to 4000 steps."""

    moves: BinomialMoves = BinomialMoves.cox_ross_rubinstein
    steps: int = 200
    extrapolation: Extrapolation = Extrapolation.richardson
    last_step: LastStep = LastStep.black_scholes

    def to_core(self) -> _core.Binomial:
        """Give the core's settings."""
        return _core.Binomial(
            moves=BinomialMoves(self.moves).to_core(),
            steps=self.steps,
            extrapolation=Extrapolation(self.extrapolation).to_core(),
            last_step=LastStep(self.last_step).to_core(),
        )

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "Binomial", **asdict(self)}


@dataclass(frozen=True, slots=True)
class Trinomial:
    """Trinomial lattice around today's spot, 4 to 4000 steps."""

    steps: int = 200
    extrapolation: Extrapolation = Extrapolation.richardson
    last_step: LastStep = LastStep.black_scholes

    def to_core(self) -> _core.Trinomial:
        """Give the core's settings."""
        return _core.Trinomial(
            steps=self.steps,
            extrapolation=Extrapolation(self.extrapolation).to_core(),
            last_step=LastStep(self.last_step).to_core(),
        )

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "Trinomial", **asdict(self)}


@dataclass(frozen=True, slots=True)
class RainbowLattice:
    """Lattice of two spots, 4 to 1500 steps: the work grows with their cube.

    Below 16 steps it states no error of its price, for fewer still are no other lattice.
    """

    steps: int = 200
    extrapolation: Extrapolation = Extrapolation.richardson

    def to_core(self) -> _core.RainbowLattice:
        """Give the core's settings."""
        return _core.RainbowLattice(steps=self.steps, extrapolation=Extrapolation(self.extrapolation).to_core())

    def to_dict(self) -> dict[str, object]:
        """Give the settings as plain data."""
        return {"kind": "RainbowLattice", **asdict(self)}


MethodSpec: TypeAlias = (
    ClosedForm
    | LeisenReimer
    | CrankNicolson
    | MonteCarlo
    | IntegralEquation
    | BaroneAdesiWhaley
    | BjerksundStensland
    | JuQuadratic
    | Binomial
    | Trinomial
    | RainbowLattice
)


@dataclass(frozen=True, slots=True)
class BestMethod:
    """Each trade by the most accurate method that the door has for it in its market; its evidence names the method."""

    def to_core(self) -> None:
        """Give nothing: the core chooses for each trade."""

    def to_dict(self) -> dict[str, object]:
        """Give the choice as plain data."""
        return {"kind": "BestMethod"}


def with_extrapolation(method: MethodSpec, extrapolation: str) -> MethodSpec:
    """Give the same method with or without extrapolation; one that knows none stays as it is."""
    if isinstance(method, LeisenReimer | CrankNicolson | Binomial | Trinomial | RainbowLattice):
        return replace(method, extrapolation=Extrapolation(extrapolation))
    return method


#: What a book may be valued by: one method, or each trade by its own.
MethodChoice: TypeAlias = MethodSpec | BestMethod


def method_of_core(
    method: (
        _core.ClosedForm
        | _core.LeisenReimer
        | _core.CrankNicolson
        | _core.MonteCarlo
        | _core.IntegralEquation
        | _core.BaroneAdesiWhaley
        | _core.BjerksundStensland
        | _core.JuQuadratic
        | _core.Binomial
        | _core.Trinomial
        | _core.RainbowLattice
    ),
) -> MethodSpec:
    """Give the settings that stand for those of the core."""
    match method:
        case _core.LeisenReimer():
            return LeisenReimer(method.steps, Extrapolation(method.extrapolation.name))
        case _core.CrankNicolson():
            return CrankNicolson(method.space_steps, method.time_steps, Extrapolation(method.extrapolation.name))
        case _core.MonteCarlo():
            return MonteCarlo(method.paths, method.seed, method.threads)
        case _core.IntegralEquation():
            return IntegralEquation(method.nodes, method.points, method.steps, method.price_points)
        case _core.BaroneAdesiWhaley():
            return BaroneAdesiWhaley()
        case _core.BjerksundStensland():
            return BjerksundStensland(BoundaryEdition(method.edition.name))
        case _core.JuQuadratic():
            return JuQuadratic()
        case _core.Binomial():
            moves, last_step = BinomialMoves(method.moves.name), LastStep(method.last_step.name)
            return Binomial(moves, method.steps, Extrapolation(method.extrapolation.name), last_step)
        case _core.Trinomial():
            last_step = LastStep(method.last_step.name)
            return Trinomial(method.steps, Extrapolation(method.extrapolation.name), last_step)
        case _core.RainbowLattice():
            return RainbowLattice(method.steps, Extrapolation(method.extrapolation.name))
        case _:
            return ClosedForm()


def refuse_unknown_instruction_set() -> None:
    """Refuse to go on where ``PLIMSOLL_INSTRUCTION_SET`` asks for what this machine does not have.

    Raises
    ------
    BadInput
        If the variable holds anything but an instruction set of this machine.
    """
    if _core.instruction_set_refused:
        raise BadInput(
            "unknown_instruction_set",
            field="PLIMSOLL_INSTRUCTION_SET",
            value=_core.instruction_set_refused,
            allowed=f"x86-64, x86-64-v3, x86-64-v4, as far as the machine has them: {_core.instruction_set} at most",
            fix="leave the variable out, or name one of these",
        )
