"""`slogen alertmanager`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slogen.cli.options import settings_option

if TYPE_CHECKING:
    from slogen.diagnostics import Problem
    from slogen.write import OutFile

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
    from slogen.cli.boundary import ExitCode, exit_code
    from slogen.cli.console import show
    from slogen.cli.project import select
    from slogen.diagnostics import has_errors
    from slogen.write import apply, diff, plan

    selection = select(paths, settings)
    files, problems = _merged(base, output or base, selection.sources, selection.settings)
    problems = [*selection.problems, *selection.as_written(problems)]
    if problems:
        show(problems, err=True)
    if has_errors(problems):
        return exit_code(problems)
    made = plan(files, [(output or base).parent], owners=(), targets=())
    if show_diff:
        click.echo(diff(made).encode(), nl=False)
    if show_diff or check:
        return ExitCode.FINDINGS if check and made.changes else ExitCode.DONE
    if failed := apply(made):
        show(failed, err=True)
        return exit_code(failed)
    for file in files:
        path = file.root / file.path
        changed = any(change.path == path for change in made.changes)
        click.echo(f"{'wrote' if changed else 'unchanged:'} {path.as_posix()}")
    return ExitCode.DONE


def _merged(
    base: Path, target: Path, sources: Mapping[str, bytes], settings: bytes | None
) -> tuple[list[OutFile], list[Problem]]:
    """The merged file and its templates; problems of specs, of the base, and of where it is to go."""
    from slogen.conventions import TEMPLATES
    from slogen.diagnostics import Severity
    from slogen.pipeline import compile_routing_of
    from slogen.render.alertmanager import sections, templates
    from slogen.render.merge import NotMergedError, merge
    from slogen.write import OutFile

    routing, problems = compile_routing_of(sources, settings)
    problems = [problem for problem in problems if problem.severity is not Severity.INFO]
    if any(problem.is_error for problem in problems):
        return [], problems
    text, unusable = _read(base, target)
    problems += [*unusable, *_shadowed(base, text)]
    if any(problem.is_error for problem in problems):
        return [], problems
    try:
        merged = merge(
            base.as_posix(), text, *((sections(routing), templates(routing)) if routing else ({},))
        )
    except NotMergedError as error:
        return [], [*problems, error.problem]
    files = [OutFile(target.parent, target.name, "", "alertmanager", merged.text)]
    if routing and not merged.holds_templates:
        files.append(OutFile(target.parent, TEMPLATES, "", "alertmanager", templates(routing)))
    return files, [*problems, *merged.problems]


def _read(base: Path, target: Path) -> tuple[str, list[Problem]]:
    """The text of the base, and why it can't be read or written."""
    from slogen.diagnostics import Problem, Span

    try:
        text = base.read_bytes().decode()
        if target.exists() and not target.stat().st_mode & 0o222:
            hint = "make it writable, or write elsewhere with `-o FILE`"
            return "", [Problem("read-only", "this file is read-only", Span(target.as_posix()), hint)]
    except UnicodeDecodeError:
        return "", [Problem("not-text", "this file is not UTF-8 text", Span(base.as_posix()))]
    except OSError as error:
        return "", [Problem("unreadable-file", f"cannot read: {error.strerror}", Span(base.as_posix()))]
    return text, []


def _shadowed(base: Path, text: str) -> Iterator[Problem]:
    """Templates of the team that have names of slogen's."""
    from slogen.conventions import TEMPLATES
    from slogen.diagnostics import Problem, Span
    from slogen.render.merge import NotMergedError, deployed

    try:
        found = deployed(base.as_posix(), text)
    except NotMergedError:
        return
    for name, content in found.files.items():
        if name != TEMPLATES and 'define "slogen.' in str(content):
            message = f"the template file `{name}` has a name of slogen's, and one would replace the other"
            yield Problem("merge-template", message, Span(base.as_posix()), "rename it")
    for pattern in map(str, found.data.get("templates") or ()):
        folder = base.parent / os.path.dirname(pattern)
        for path in sorted(folder.glob(os.path.basename(pattern)) if folder.is_dir() else ()):
            if path.name == TEMPLATES or not path.is_file():
                continue
            content = path.read_bytes().decode(errors="replace")
            for number, line in enumerate(content.splitlines(), 1):
                if 'define "slogen.' in line:
                    message = "this template has a name of slogen's, and one would replace the other"
                    yield Problem("merge-template", message, Span(path.as_posix(), number), "rename it")
                    break
