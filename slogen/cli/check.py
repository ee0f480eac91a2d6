"""`slogen check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from slogen.cli.options import (
    PROBLEM_FORMATS,
    format_option,
    output_options,
    paths_argument,
    settings_option,
)

if TYPE_CHECKING:
    from slogen.write import Plan

_MOST_DIFF_LINES = 300


@click.command("check")
@paths_argument
@output_options
@format_option(*PROBLEM_FORMATS)
@settings_option
@click.option("--git", is_flag=True, help="Fail, too, when git's index lacks a generated file as it is now.")
def command(
    paths: tuple[Path, ...],
    output: Path | None,
    tests_dir: Path | None,
    targets: tuple[str, ...],
    format_: str,
    settings: Path | None,
    git: bool,
) -> int:
    """Fail when generated files are missing, changed or stale.

    Shows the difference and writes nothing.

    \b
    Examples: slogen check
              slogen check --git --format github
    """
    from slogen.cli.boundary import exit_code
    from slogen.cli.console import plural, show
    from slogen.cli.job import make_job
    from slogen.cli.project import select
    from slogen.write import drift, untracked

    job = make_job(select(paths, settings), output, tests_dir, targets)
    problems = list(job.problems)
    if job.plan is not None:
        problems += [problem for each in job.plans for problem in drift(each)]
        problems += untracked(job.plan) if git else []
        if format_ == "text":
            _print_diff(job.plans)
    if problems or format_ != "text":
        show(problems, format_)
    if format_ == "text" and job.plan is not None and not exit_code(problems):
        folders = " and ".join(f"{root.as_posix()}/" for root in (job.output, job.tests))
        click.echo(f"{plural(job.plan.unchanged, 'file')} in {folders}: current")
    return exit_code(problems)


def _print_diff(plans: tuple[Plan, ...]) -> None:
    from slogen.write import diff

    lines = [line for plan in plans for line in diff(plan).splitlines(keepends=True)]
    if len(lines) > _MOST_DIFF_LINES:
        left = len(lines) - _MOST_DIFF_LINES
        lines[_MOST_DIFF_LINES:] = [f"... {left:,} more lines; `slogen generate --diff` prints all\n"]
    if lines:
        click.echo("".join([*lines, "\n"]).encode(errors="replace"), nl=False)
