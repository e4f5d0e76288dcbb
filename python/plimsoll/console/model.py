"""`plimsoll model`: register, show, list."""

from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import governance as keys
from plimsoll.bootstrap import lifecycle as life
from plimsoll.bootstrap import models as stage
from plimsoll.console.asking import prompt
from plimsoll.console.command import command
from plimsoll.console.view import Table, View, short


@click.group(name="model", no_args_is_help=True)
def model() -> None:
    """Look after the inventory of models."""


@command(model, "register", "plimsoll model register fhs-var-es --as olga.owner")
@click.argument("record")
@click.option("--as", "name", required=True, metavar="NAME", help="Identity of the roster that registers.")
def register(app: Application, record: str, name: str) -> View:
    """Enter a model: RECORD is a shipped model's id or a JSON file of an inventory record."""
    found = stage.register_model(app, stage.record_named(record), keys.unlock(app, name, prompt()))
    line = f"{found.model.model_id} stands in the inventory: tier {found.tier}, owner {found.model.owner}"
    return View(found.to_dict(), (), (line,))


@command(model, "propose", "plimsoll model propose fhs-var-es --as dora.developer")
@click.argument("model_id")
@click.option("--as", "name", required=True, metavar="NAME", help="Identity of the roster that proposes.")
def propose(app: Application, model_id: str, name: str) -> View:
    """Enter the version that a registered model's present content makes: code, parameters, data, environment."""
    return _version(life.propose(app, model_id, keys.unlock(app, name, prompt())))


@command(model, "move", "plimsoll model move fhs-var-es 0.1.0 put_in_use --as olga.owner")
@click.argument("model_id")
@click.argument("version")
@click.argument("action", type=click.Choice(life.ACTIONS), metavar="ACTION")
@click.option("--as", "name", required=True, metavar="NAME", help="Identity of the roster that takes the step.")
@click.option("--reason", default="", help="Why, in words; some steps ask for it.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="The signed report that a decision rests on."
)
def move(
    app: Application, model_id: str, version: str, action: str, name: str, reason: str, report: Path | None
) -> View:
    """Take one step of a version's life, from start_development to retire, in one's own name and role."""
    signer = keys.unlock(app, name, prompt())
    return _version(life.advance(app, (model_id, version), action, signer, reason, report))


def _version(record: Any) -> View:
    return View(record.to_dict(), (), (f"{' '.join(record.key)} is {record.state.value.replace('_', ' ')}",))


@command(model, "list", "plimsoll model list --as-of 2026-11-22T12:00:00Z")
@click.option("--as-of", metavar="TIME", help="The inventory as it was at a UTC time.")
def list_(app: Application, as_of: str | None) -> View:
    """List the registered models and their versions."""
    state = stage.inventory(app, as_of)
    rows = [
        (v.content.model_id, v.content.version, v.state.value, str(state.model(v.content.model_id).tier),
         state.model(v.content.model_id).model.owner, short(v.content.content_hash))
        for v in state.versions.values()
    ]  # fmt: skip
    bare = [
        m
        for m in state.models.values()
        if not any(v.content.model_id == m.model.model_id for v in state.versions.values())
    ]
    rows += [(m.model.model_id, "-", "registered", str(m.tier), m.model.owner, "-") for m in bare]
    columns = ("model", "version", "state", "tier", "owner", "content")
    document = {
        "models": [m.to_dict() for m in state.models.values()],
        "versions": [v.to_dict() for v in state.versions.values()],
    }
    return View(document, (Table("Models", columns, rows),))


@command(model, "show", "plimsoll model show strategy-margin")
@click.argument("model_id")
def show(app: Application, model_id: str) -> View:
    """Show one model in full: purpose, uses, assumptions, limits, dependencies, versions, findings."""
    state = stage.inventory(app)
    record = state.model(model_id)
    found = record.to_dict()
    rows = [
        (key, "\n".join(_words(item) for item in value) if isinstance(value, list) else str(value))
        for key, value in found.items()
    ]
    findings = [f.to_dict() for f in state.findings.values() if f.model_id == model_id]
    rows += [("finding", f"{f['severity']}: {f['title']} ({f['state']})") for f in findings]
    versions = [v.to_dict() for v in state.versions.values() if v.content.model_id == model_id]
    return View({**found, "versions": versions, "findings": findings}, (Table(record.model.name, ("", ""), rows),))


def _words(item: object) -> str:
    return "; ".join(f"{key} {value}" for key, value in item.items()) if isinstance(item, dict) else f"- {item}"
