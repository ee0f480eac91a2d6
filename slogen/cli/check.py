"""`slogen check`."""

from __future__ import annotations

from pathlib import Path

import click

from slogen.cli.boundary import exit_code
from slogen.cli.console import plural, show
from slogen.cli.glance import glance
from slogen.cli.options import (
    PROBLEM_FORMATS,
    format_option,
    output_options,
    paths_argument,
    settings_option,
)
from slogen.diagnostics import Problem
from slogen.project.job import make_job
from slogen.project.workspace import open_workspace
from slogen.render.merge.masks import masks
from slogen.write import drift, untracked

_MOST_FILES = 5


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

    Shows the beginning of the difference and writes nothing.

    \b
    Examples: slogen check
              slogen check --git --format github
    """

    job = make_job(open_workspace(paths, settings), output, tests_dir, targets)
    found: list[Problem] = []
    if job.plan is not None:
        found += [problem for each in job.plans for problem in drift(each, masks(each))]
        found += untracked(job.plan) if git else []
        lines = [line for each in job.plans for line in glance(each)] if format_ == "text" else []
        if lines:
            click.echo("\n".join([*lines, "\n"]).encode(errors="replace"), nl=False)
    problems = [*job.problems, *found]
    if problems or format_ != "text":
        show([*job.problems, *found[:_MOST_FILES]], format_, left=found[_MOST_FILES:])
    if format_ == "text" and job.plan is not None and not exit_code(problems):
        folders = " and ".join(f"{root.as_posix()}/" for root in (job.output, job.tests))
        click.echo(f"{plural(job.plan.unchanged, 'file')} in {folders}: current")
    return exit_code(problems)
