"""What `--help` says, in the user's language: the texts are in the catalogues, by command and option."""

from collections.abc import Iterator

import click

from texts import catalogue, say


def explain(command: click.Command, path: str = "guanxi") -> None:
    """Give a command, its options and the commands below it their texts.

    Raises:
        KeyError: the catalogue lacks one.
    """
    command.help = say(f"help.{path}")
    for option in options(command):
        option.help = say(_key(path, option))
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            explain(below, f"{path}_{name}")


def options(command: click.Command) -> Iterator[click.Option]:
    """The options of ours; click explains `--help` and `--version` itself."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in ("help", "version"):
            yield parameter


def _key(path: str, option: click.Option) -> str:
    """An option's own text in this command, else the one that it has everywhere."""
    own = f"help.{path}_option_{option.name}"
    return own if own in catalogue("en") else f"help.option_{option.name}"
