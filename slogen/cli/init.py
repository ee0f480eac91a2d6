"""`slogen init`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

import click

_PRE_COMMIT: Final = ".pre-commit-config.yaml"
# Where each starter file goes. PyPI's wheel keeps them in this package, with no dot in front.
_FILES: Final = {
    "specs/example.yaml": "spec.yaml",
    "slogen.yaml": "slogen.yaml",
    _PRE_COMMIT: "pre-commit-config.yaml",
}


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> int:
    """Write a first spec, settings and pre-commit hooks, and show the step for CI.

    Files that exist are left as they are, and a project that has specs gets no starter spec.

    \b
    Example: slogen init && slogen generate
    """
    from slogen.cli.boundary import exit_code
    from slogen.cli.console import show
    from slogen.write import OutFile, apply, plan

    new = [path for path in _FILES if not _exists(folder / path)]
    starters = [OutFile(folder, path, "", "starter", _text(_FILES[path])) for path in new]
    made = plan(starters, [folder], owners=(), targets=())
    if problems := apply(made):
        show(problems, err=True)
        return exit_code(problems)
    for path in _FILES:
        click.echo(f"{'wrote' if path in new else 'not needed:'} {(folder / path).as_posix()}")
    if _PRE_COMMIT not in new:
        click.echo(f"\nHooks for {_PRE_COMMIT}:\n\n{_text(_FILES[_PRE_COMMIT])}", nl=False)
    click.echo(f"\nA step for CI:\n\n{_text('ci.yaml')}\nNext: slogen generate")
    return 0


def _exists(path: Path) -> bool:
    """Whether there is such a file, or any spec where the starter spec would go."""
    return path.exists() or (path.parent.name == "specs" and any(path.parent.glob("**/*.y*ml")))


def _text(name: str) -> str:
    return (files("slogen.cli") / "starter" / name).read_text(encoding="utf-8")
