"""The entry point: `plimsoll COMMAND`."""

import json
import sys
import traceback
from typing import NoReturn

import click

from plimsoll.console import usage
from plimsoll.console.lazy import LazyGroup

_MEMBERS = {
    "demo": ("plimsoll.console.demo:demo", "The whole voyage, from market data to a signed validation report."),
    "data": ("plimsoll.console.data:data", "Ingest, verify, look through and derive features from market data."),
    "model": ("plimsoll.console.model:model", "The inventory of models: register, propose, move, show, list."),
    "value": ("plimsoll.console.value:value", "Price a book."),
    "greeks": ("plimsoll.console.value:greeks", "Price a book with delta, gamma, vega, theta and rho."),
    "calibrate": ("plimsoll.console.surface:calibrate", "Fit a model to a table of option quotes."),
    "surface": ("plimsoll.console.surface:surface", "Find arbitrage in a table of option quotes, and repair it."),
    "compare": ("plimsoll.console.compare:compare", "Every position by every method, with the errors that they state."),
    "converge": ("plimsoll.console.converge:converge", "One price against steps or paths, with the measured order."),
    "methods": ("plimsoll.console.methods:methods", "Which method values which product."),
    "risk": ("plimsoll.console.risk:risk", "Value at risk and expected shortfall: run, backtest."),
    "margin": ("plimsoll.console.margin:margin", "Initial and maintenance margin: run, explain, replay."),
    "stress": ("plimsoll.console.stress:stress", "Historical replays and hypothetical moves: run, list."),
    "validation": ("plimsoll.console.validation:validation", "Validate the models: plan, run, replay, status."),
    "report": ("plimsoll.console.report:report", "Build the validation report, or compare two."),
    "sign": ("plimsoll.console.sign:sign", "Sign a report, or verify its signatures."),
    "audit": ("plimsoll.console.audit:audit", "Read and verify the audit log."),
    "metrics": ("plimsoll.console.metrics:metrics", "Metrics for Prometheus: show, textfile, serve."),
    "reference": ("plimsoll.console.reference:reference", "Check published values against our methods."),
}

cli = click.version_option(None, "--version", package_name="plimsoll", prog_name="plimsoll")(
    LazyGroup(
        members=_MEMBERS,
        name="plimsoll",
        help="Values, risks and margins leveraged books, validates the models and signs the report.\n\n"
        "Exit codes: 0 ok; 1 a check, validation, trade or replay failed; 2 bad input; 3 not permitted; "
        "4 integrity broken.",
        epilog="Example: plimsoll demo",
    )
)


def main() -> None:
    """Run the command line; with ``--json`` whatever ends a command early is one JSON document on stdout too."""
    try:
        code = cli(prog_name="plimsoll", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        _end(usage.failure_of(error, sys.argv[1:]), error.exit_code)
    except click.Abort:
        click.echo("plimsoll: interrupted", err=True)
        _end({"code": "interrupted", "fix": "run it again; what was recorded is kept"}, 1)
    except Exception as error:
        # Ours to mend: a person sees where it happened, a program still gets its document.
        traceback.print_exc()
        _end(
            {"code": "internal_error", "value": f"{type(error).__name__}: {error}", "fix": "report what stderr says"}, 1
        )
    sys.exit(code if isinstance(code, int) else 0)


def _end(failure: dict[str, str], exit_code: int) -> NoReturn:
    if "--json" in sys.argv:
        fields = {name: failure.get(name, "") for name in ("code", "field", "value", "allowed", "fix")}
        click.echo(json.dumps({"error": fields, "exit_code": exit_code}, indent=2))
    sys.exit(exit_code)
