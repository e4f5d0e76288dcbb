"""When and what to kill: the moments of a chain, drawn from a seed."""

from dataclasses import dataclass
from random import Random

REPORT = "out/report.json"
#: The stages of the voyage in their order, as its log names them.
STAGES = ("1 data", "2 models", "3 valuation", "4 risk", "5 margin", "6 validation", "7 report", "8 replay", "mlflow")
_FILES = "fsync,rename,linkat"
_GOVERNANCE = "fdatasync,linkat"
_VERA = ("sign", REPORT, "--as", "vera.validator", "--role", "validator", "--meaning", "validated")


@dataclass(frozen=True)
class Moment:
    """One kill: the command, and either a share of a stage's length or the number of a call of the kernel.

    ``stages`` are those of the voyage whose lengths, together, are about the length of the command; for the voyage
    itself the one in which the kill falls.
    """

    words: tuple[str, ...]
    stages: tuple[str, ...]
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
        return f"{self.share:.0%} of {', '.join(self.stages)}"


def chain(random: Random, with_calls: bool) -> list[Moment]:
    """Draw the moments of one chain, from the first stages to the last.

    Parameters
    ----------
    random : Random
        The seeded source.
    with_calls : bool
        Whether strace is there to count calls of the kernel; without it every moment is a share of a length.
    """

    def at(*words: str, stages: tuple[str, ...], calls: str = "", most: int = 0) -> Moment:
        spares = random.random() < 0.4
        if calls and with_calls:
            return Moment(words, stages, calls=calls, number=random.randint(1, most), spares_children=True)
        return Moment(words, stages, share=round(random.uniform(0.02, 0.98), 3), spares_children=spares)

    def voyage(stage: str, calls: str = "", most: int = 0) -> Moment:
        replays = ("--replay",) if stage == "8 replay" else ("--no-replay",)
        return at("demo", *replays, "--json", stages=(stage,), calls=calls, most=most)

    single = [
        at("value", "demo-2020", stages=("3 valuation",)),
        at("risk", "run", "demo-2020", stages=("3 valuation",)),
        at("risk", "backtest", "demo-2020", stages=("4 risk",)),
        at("margin", "run", "demo-2008", stages=("3 valuation",)),
        at("margin", "replay", "demo-2020", stages=("5 margin",)),
    ]
    late = [
        at("validation", "run", stages=("4 risk", "5 margin", "6 validation")),
        at("report", "build", stages=("4 risk", "5 margin", "7 report")),
        voyage("5 margin"),
    ]
    return [
        at("data", "ingest", stages=("1 data",), calls=_FILES, most=45),
        voyage("1 data"),
        at("data", "features", stages=("1 data",), calls=_FILES, most=8),
        voyage("2 models", _GOVERNANCE, 8),
        voyage("2 models", _GOVERNANCE, 30),
        voyage("2 models", _GOVERNANCE, 30),
        voyage("2 models"),
        *random.sample(single, 2),
        voyage(random.choice(STAGES[2:4])),
        voyage(STAGES[5]),
        random.choice(late),
        voyage(random.choice(STAGES[6:8])),
        at(*_VERA, stages=("2 models",), calls="fsync,fdatasync,rename", most=5),
    ]


def sample(random: Random, with_calls: bool) -> list[Moment]:
    """Draw the three moments that every test run makes: all in the first seconds, each in another kind of writing."""
    moments = chain(random, with_calls)
    return [moments[0], moments[2], moments[3]]
