"""`slogen alertmanager`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.console import show
from slogen.cli.options import settings_option
from slogen.cli.streams import say
from slogen.diagnostics import has_errors
from slogen.project.merging import merged_files
from slogen.project.workspace import open_workspace, serious
from slogen.render.merge.masks import masks
from slogen.write import OutFile, Plan, apply, diff, plan

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("alertmanager")
def command() -> None:
    """Work with an alertmanager.yml of your own.

    \b
    Example: slogen alertmanager merge alertmanager.yml
    """


@command.command("merge")
@click.argument("base", type=_FILE)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Write there, and leave BASE as it is.")
@click.option("--check", is_flag=True, help="Write nothing; fail when the file is not current.")
@click.option("--diff", "show_diff", is_flag=True, help="Print what would change; write nothing.")
@settings_option
def merge_command(
    base: Path,
    paths: tuple[Path, ...],
    output: Path | None,
    check: bool,
    show_diff: bool,
    settings: Path | None,
) -> int:
    """Put slogen's routes, receivers and inhibition into BASE, between markers.

    BASE is an alertmanager.yml, Helm values of kube-prometheus-stack, or a Secret or ConfigMap that holds
    the configuration; its content tells which. Comments, order and everything else stay as they are; a
    second run changes nothing. The template file of the messages goes beside the result, or into the values
    or the object. Without notifications, what was put in is taken out again.

    \b
    Examples: slogen alertmanager merge alertmanager.yml
              slogen alertmanager merge alertmanager.yml --check
              slogen alertmanager merge base.yml -o alertmanager.yml
              slogen alertmanager merge kube-prometheus-stack-values.yaml
    """

    workspace = open_workspace(paths, settings)
    told = serious(workspace.project.all_problems)
    files, found = ([], []) if has_errors(told) else merged_files(base, output or base, workspace.project)
    problems = workspace.told([*told, *found])
    if problems:
        show(problems, err=True)
    if has_errors(problems):
        return exit_code(problems)
    made = plan(files, [(output or base).parent], owners=(), targets=())
    if show_diff:
        click.echo(diff(made, masks=masks(made)).encode(), nl=False)
    if show_diff or check:
        return ExitCode.FINDINGS if check and made.changes else ExitCode.DONE
    if failed := apply(made):
        show(failed, err=True)
        return exit_code(failed)
    _report(made, files)
    return ExitCode.DONE


def _report(made: Plan, files: Sequence[OutFile]) -> None:

    changed = {change.path for change in made.changes}
    for path in (file.root / file.path for file in files):
        say(f"{'wrote' if path in changed else 'unchanged:'} {path.as_posix()}")
