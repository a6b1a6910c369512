"""What `--help` says."""

from collections.abc import Iterator

import click
import pytest

from guanxi.cli import cli
from guanxi.help import explain, options


def every(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from every(below)


@pytest.mark.parametrize(("language", "said"), [("en", "folder for the results"), ("zh", "结果目录")])
def test_every_command_and_option_is_explained(language: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_LANG", language)
    explain(cli)
    assert all(command.help and all(option.help for option in options(command)) for command in every(cli))
    assert next(option for option in options(cli.commands["run"]) if option.name == "out").help == said
