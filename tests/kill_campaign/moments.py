"""When and what to kill: the moments of a chain, drawn from a seed."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from plimsoll.bootstrap.voyage import LegName

REPORT = "out/report.json"
_FILES = "fsync,rename,linkat"
_GOVERNANCE = "fdatasync,linkat"
_VERA = ("sign", REPORT, "--as", "vera.validator", "--role", "validator", "--meaning", "validated")


class Part(StrEnum):
    """What of a chain is made: the legs up to the risk and their commands, the legs after it and theirs, or all."""

    early = "early"
    late = "late"
    whole = "whole"


@dataclass(frozen=True)
class Moment:
    """One kill: the command, and either a share of a leg's length or the number of a call of the kernel.

    ``legs`` are those of the voyage whose lengths, together, are about the length of the command; for the voyage
    itself the one in which the kill falls.
    """

    words: tuple[str, ...]
    legs: tuple[LegName, ...]
    share: float = 0.0
    calls: str = ""
    number: int = 0
    spares_children: bool = False

    @property
    def is_voyage(self) -> bool:
        """Whether the command is the whole voyage."""
        return self.words[0] == "demo"

    @property
    def command(self) -> str:
        """The command in its words, options left out."""
        return " ".join(word for word in self.words[:2] if not word.startswith(("-", "out/")))

    def text(self) -> str:
        """Say when the kill falls."""
        if self.calls:
            return f"call {self.number} of {self.calls}"
        return f"{self.share:.0%} of {', '.join(self.legs)}"


@dataclass(frozen=True)
class _Draw:
    """Draws moments from a seeded source; without strace to count calls every moment is a share of a length."""

    random: Random
    with_calls: bool

    def at(self, *words: str, legs: tuple[LegName, ...], calls: str = "", most: int = 0) -> Moment:
        spares = self.random.random() < 0.4
        if calls and self.with_calls:
            return Moment(words, legs, calls=calls, number=self.random.randint(1, most), spares_children=True)
        return Moment(words, legs, share=round(self.random.uniform(0.02, 0.98), 3), spares_children=spares)

    def voyage(self, leg: LegName, calls: str = "", most: int = 0) -> Moment:
        replays = "--replay" if leg in (LegName.replay, LegName.mlflow) else "--no-replay"
        return self.at("demo", replays, "--json", legs=(leg,), calls=calls, most=most)


def chain(random: Random, with_calls: bool, part: Part = Part.whole) -> list[Moment]:
    """Draw the moments of one chain, from the first legs to the last.

    Parameters
    ----------
    random : Random
        The seeded source.
    with_calls : bool
        Whether strace is there to count calls of the kernel; without it every moment is a share of a length.
    part : Part
        Which moments; the late ones begin in an empty workspace as well as after the early ones.
    """
    draw = _Draw(random, with_calls)
    early, late = _early(draw), _late(draw)
    return {Part.early: early, Part.late: late, Part.whole: early + late}[part]


def _early(draw: _Draw) -> list[Moment]:
    single = [
        draw.at("value", "demo-2020", legs=(LegName.valuation,)),
        draw.at("risk", "run", "demo-2020", legs=(LegName.valuation,)),
        draw.at("risk", "backtest", "demo-2020", legs=(LegName.risk,)),
        draw.at("margin", "run", "demo-2008", legs=(LegName.valuation,)),
        draw.at("margin", "replay", "demo-2020", legs=(LegName.margin,)),
    ]
    return [
        draw.at("data", "ingest", legs=(LegName.data,), calls=_FILES, most=45),
        draw.voyage(LegName.data),
        draw.at("data", "features", legs=(LegName.data,), calls=_FILES, most=8),
        draw.voyage(LegName.models, _GOVERNANCE, 8),
        draw.voyage(LegName.models, _GOVERNANCE, 30),
        draw.voyage(LegName.models),
        *draw.random.sample(single, 2),
        draw.voyage(LegName.valuation),
        draw.voyage(LegName.risk),
    ]


def _late(draw: _Draw) -> list[Moment]:
    def signature() -> Moment:
        return draw.at(*_VERA, legs=(LegName.models,), calls="fsync,fdatasync,rename", most=5)

    return [
        draw.voyage(LegName.margin),
        draw.voyage(LegName.stress),
        draw.at("stress", "run", "demo-2020", legs=(LegName.stress,), calls="rename", most=8),
        draw.voyage(LegName.validation),
        draw.at("validation", "run", legs=(LegName.risk, LegName.margin, LegName.validation)),
        draw.voyage(LegName.report),
        draw.at("report", "build", legs=(LegName.risk, LegName.margin, LegName.report), calls="rename", most=2),
        signature(),
        draw.voyage(draw.random.choice((LegName.replay, LegName.mlflow))),
        signature(),
    ]


def sample(random: Random, with_calls: bool) -> list[Moment]:
    """Draw the three moments that every test run makes: all in the first seconds, each in another kind of writing."""
    moments = chain(random, with_calls, Part.early)
    return [moments[0], moments[2], moments[3]]
