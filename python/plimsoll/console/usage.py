"""Wrong usage as the five fields of a failure: which word, what was given, what is allowed, what to do."""

import re
from collections.abc import Sequence

import click


def failure_of(error: click.ClickException, words: Sequence[str]) -> dict[str, str]:
    """Give the failure that stands for wrong usage.

    Parameters
    ----------
    error : ClickException
        What the parser of the command line raised.
    words : sequence of str
        The command line after the program's name.
    """
    context = getattr(error, "ctx", None)
    help_line = f"{context.command_path} --help" if context is not None else "plimsoll --help"
    field, value, allowed = _parts(error, context, words)
    return {
        "code": "usage",
        "field": field,
        "value": value,
        "allowed": allowed or f"see {help_line}",
        "fix": f"{' '.join(error.format_message().split())} See {help_line}",
    }


def _parts(error: click.ClickException, context: click.Context | None, words: Sequence[str]) -> tuple[str, str, str]:
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return error.param.opts[0], "not given", _allowed(error.param)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return error.param.opts[0], _given(error, error.param, words), _allowed(error.param)
    if isinstance(error, click.BadOptionUsage):
        value = _after(error.option_name, words)
        return error.option_name, value or "not given", "nothing after it" if value else "a value after it"
    if context is None:
        return "", "", ""
    if isinstance(error, click.NoSuchOption):
        return error.option_name, error.option_name, ", ".join(_options(context))
    if isinstance(context.command, click.Group):
        return "command", _quoted(error), ", ".join(context.command.list_commands(context))
    taken = [param.make_metavar(context) for param in context.command.params if isinstance(param, click.Argument)]
    return "arguments", _in_brackets(error), " ".join(taken) or "no argument"


def _given(error: click.BadParameter, param: click.Parameter, words: Sequence[str]) -> str:
    """Give the value of an option on the command line; that of an argument stands in the message."""
    return next((value for name in param.opts if (value := _after(name, words))), _quoted(error))


def _after(name: str, words: Sequence[str]) -> str:
    """Give the last word that stands after an option, or in one word with it; the empty text where none does."""
    value = ""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == name:
            value = following
        elif word.startswith(f"{name}="):
            value = word.partition("=")[2]
    return value


def _allowed(param: click.Parameter) -> str:
    kind = param.type
    if isinstance(kind, click.Choice):
        return ", ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange):
        bounds = {"at least": kind.min, "at most": kind.max}
        return "a whole number, " + ", ".join(
            f"{words} {bound}" for words, bound in bounds.items() if bound is not None
        )
    if isinstance(kind, click.DateTime):
        return ", ".join(kind.formats).replace("%Y-%m-%d", "YYYY-MM-DD")
    if isinstance(kind, click.Path):
        return "the path of a folder" if not kind.file_okay else "the path of a file"
    return kind.name


def _options(context: click.Context) -> list[str]:
    return [name for param in context.command.get_params(context) for name in param.opts if name.startswith("-")]


def _quoted(error: click.ClickException) -> str:
    found = re.search(r"'([^']*)'", error.message)
    return found.group(1) if found else ""


def _in_brackets(error: click.ClickException) -> str:
    found = re.search(r"\((.*)\)", error.message)
    return found.group(1) if found else ""
