"""`slogen validate`."""

from __future__ import annotations

from pathlib import Path

import click

from slogen.cli.options import PROBLEM_FORMATS, format_option, paths_argument, settings_option


@click.command("validate")
@paths_argument
@format_option(*PROBLEM_FORMATS)
@settings_option
def command(paths: tuple[Path, ...], format_: str, settings: Path | None) -> int:
    """Show all problems of all specs.

    Each has its place, the line, a hint and a stable code. Warnings don't fail.

    \b
    Examples: slogen validate
              slogen validate specs/chat-api.yaml --format github
    """
    from slogen.cli.boundary import exit_code
    from slogen.cli.console import plural, show
    from slogen.pipeline import understand
    from slogen.project.select import select

    selection = select(paths, settings)
    project = understand(selection.sources, selection.settings, only=selection.only)
    problems = [*selection.problems, *selection.as_written(project.problems)]
    if problems or format_ != "text":
        show(problems, format_)
    else:
        chosen = [service for service in project.services if service.is_among(selection.only)]
        slos = plural(sum(len(service.slos) for service in chosen), "SLO")
        click.echo(f"{slos} in {plural(len(chosen), 'service')}: no problems")
    return exit_code(problems)
