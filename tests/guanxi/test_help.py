"""What `--help` says."""

from collections.abc import Iterator

import click
import pytest

from guanxi.cli import COMMANDS, cli
from guanxi.help import explain, options


def every() -> Iterator[click.Command]:
    context = click.Context(cli)
    explain(cli)
    yield cli
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command
        yield command
        yield from command.commands.values() if isinstance(command, click.Group) else ()


@pytest.mark.parametrize(("language", "said"), [("en", "folder for the results"), ("zh", "结果目录")])
def test_every_command_and_option_is_explained(language: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_LANG", language)
    commands = {command.name: command for command in every()}
    assert all(command.help and all(option.help for option in options(command)) for command in commands.values())
    assert next(option for option in options(commands["run"]) if option.name == "out").help == said
