"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
PROBLEM_FORMATS = ("text", "json", "github", "sarif")

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

paths_argument = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
settings_option = click.option(
    "--settings",
    type=_FILE,
    metavar="FILE",
    help="Settings to use in place of the slogen.yaml beside the specs.",
)
cluster_option = click.option(
    "--cluster", metavar="NAME", help="The rules as they are in this cluster of slogen.yaml."
)


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format` with these choices; the first is the default."""
    return click.option(
        "--format", "format_", type=click.Choice(formats), default=formats[0], help="How to report."
    )


def output_options(command: F) -> F:
    """`-o`, `--tests-dir` and `--target`."""
    from slogen.render import TARGETS

    for option in (
        click.option(
            "--target",
            "targets",
            multiple=True,
            type=click.Choice(tuple(TARGETS)),
            help="Only this part of the output; may be repeated.",
        ),
        click.option(
            "--tests-dir", type=_FOLDER, metavar="DIR", help="Folder of the tests; beside DIR by default."
        ),
        click.option(
            "-o", "--output", type=_FOLDER, metavar="DIR", help="Folder of the output, for generated/."
        ),
    ):
        command = option(command)
    return command
