"""`slogen generate`."""

from __future__ import annotations

from pathlib import Path

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.console import show
from slogen.cli.options import output_options, paths_argument, settings_option
from slogen.cli.streams import say
from slogen.cli.written import report
from slogen.conventions import META
from slogen.project.job import Job, make_job
from slogen.project.workspace import open_workspace
from slogen.render.kustomize import is_index
from slogen.write import apply, diff


@click.command("generate")
@paths_argument
@output_options
@settings_option
@click.option("--stdout", is_flag=True, help="Print the files; write nothing.")
@click.option("--diff", is_flag=True, help="Print what would change; write nothing.")
@click.option("--fail-on-change", is_flag=True, help="Exit 1 when anything changed, for hooks.")
def command(
    paths: tuple[Path, ...],
    output: Path | None,
    tests_dir: Path | None,
    targets: tuple[str, ...],
    settings: Path | None,
    stdout: bool,
    diff: bool,
    fail_on_change: bool,
) -> int:
    """Compile specs to rules, alerts and their proof.

    Writes only what changed, and nothing at all when any spec is wrong. Files of specs that are gone are
    removed; a run over some PATHs or targets leaves those of the others alone.

    \b
    Examples: slogen generate
              slogen generate specs/chat-api.yaml --target prometheus --stdout
              slogen generate --diff
    """

    if stdout and diff:
        raise click.UsageError("--stdout and --diff print different things; take one")
    job = make_job(open_workspace(paths, settings), output, tests_dir, targets, cached=not (stdout or diff))
    if job.problems:
        show(job.problems, err=True)
    if job.plan is None or exit_code(job.problems):
        return exit_code(job.problems)
    if stdout:
        _print_files(job, with_meta=not paths)
        return ExitCode.DONE
    if diff:
        _print_diff(job)
    elif failed := _write(job):
        return failed
    return (
        ExitCode.FINDINGS
        if fail_on_change and not all(each.is_current for each in job.plans)
        else ExitCode.DONE
    )


def _write(job: Job) -> int:

    if problems := apply(*job.plans):
        show(problems, err=True)
        return exit_code(problems)
    say("\n".join(map(report, job.plans)))
    return 0


def _print_files(job: Job, *, with_meta: bool) -> None:
    """One file as it is, several as YAML documents. The rules about slogen itself belong to no spec, and what
    only lists files is no object for those who apply what is printed."""

    files = [f for f in job.files if (with_meta or f.owner != META) and not is_index(f.path)]
    for file in files:
        head = f"---\n# --- {(file.root / file.path).as_posix()}\n" if len(files) > 1 else ""
        click.echo(f"{head}{file.text}".encode(), nl=False)  # bytes: files are UTF-8 whatever the terminal


def _print_diff(job: Job) -> None:
    """The diff, after comment lines that `git apply` and `patch` skip."""
    from slogen.project.meaning import meanings
    from slogen.render.merge.masks import masks

    assert job.plan is not None
    for line in meanings(job.plan):
        click.echo(f"# {line}")
    for each in job.plans:
        click.echo(diff(each, masks=masks(each)).encode(), nl=False)
