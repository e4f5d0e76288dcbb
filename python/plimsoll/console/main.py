"""The entry point: `plimsoll COMMAND`."""

import json
import sys

import click

from plimsoll.console.lazy import LazyGroup

_MEMBERS = {
    "demo": ("plimsoll.console.demo:demo", "The whole voyage, from market data to a signed validation report."),
    "data": ("plimsoll.console.data:data", "Ingest, verify, look through and derive features from market data."),
    "model": ("plimsoll.console.model:model", "The inventory of models: register, show, list."),
    "value": ("plimsoll.console.value:value", "Price a book."),
    "greeks": ("plimsoll.console.value:greeks", "Price a book with delta, gamma, vega, theta and rho."),
    "risk": ("plimsoll.console.risk:risk", "Value at risk and expected shortfall: run, backtest."),
    "margin": ("plimsoll.console.margin:margin", "Initial and maintenance margin: run, explain, replay."),
    "validation": ("plimsoll.console.validation:validation", "Validate the models: plan, run, replay, status."),
    "report": ("plimsoll.console.report:report", "Build the validation report."),
    "sign": ("plimsoll.console.sign:sign", "Sign a report, or verify its signatures."),
    "audit": ("plimsoll.console.audit:audit", "Read and verify the audit log."),
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
    """Run the command line; with ``--json`` a wrong usage is one JSON document on stdout too."""
    try:
        code = cli(prog_name="plimsoll", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        if "--json" in sys.argv:
            wrong = {"code": "usage", "field": "", "value": "", "allowed": "see --help", "fix": error.format_message()}
            click.echo(json.dumps({"error": wrong, "exit_code": error.exit_code}, indent=2))
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
