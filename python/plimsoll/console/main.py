"""The entry point: `plimsoll COMMAND`."""

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
    """Run the command line; click ends it quietly when a reader closes the pipe."""
    cli(prog_name="plimsoll")
