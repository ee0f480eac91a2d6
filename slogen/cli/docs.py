"""`slogen docs`."""

from __future__ import annotations

from pathlib import Path

import click

from slogen.cli.options import paths_argument, settings_option


@click.command("docs")
@paths_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("catalogue"),
    show_default=True,
    metavar="DIR",
    help="Folder of the catalogue.",
)
@settings_option
def command(paths: tuple[Path, ...], output: Path, settings: Path | None) -> int:
    """Write a catalogue of all SLOs as static HTML.

    It has what the Markdown pages of `generate` have, and a search. It asks nothing of any server, so a
    folder on any web server, or on a disk, will do. Pages of services that are gone are removed.

    \b
    Examples: slogen docs
              slogen docs -o public
    """
    from slogen.cli.boundary import exit_code
    from slogen.cli.console import show
    from slogen.cli.project import select
    from slogen.cli.written import report
    from slogen.compile.pages import page
    from slogen.pipeline import understand
    from slogen.render.catalogue import catalogue
    from slogen.write import PROJECT, OutFile, apply, plan

    selection = select(paths, settings)
    project = understand(selection.sources, selection.settings, only=selection.only)
    problems = [*selection.problems, *selection.as_written(project.problems)]
    if code := exit_code(problems):
        show(problems, err=True)
        return code
    chosen = [s for s in project.services if selection.only is None or not selection.only.isdisjoint(s.files)]
    pages = [page(service, project.settings) for service in chosen]
    files = [OutFile(output, path, PROJECT, "catalogue", text) for path, text in catalogue(pages)]
    made = plan(files, [output])
    problems = [*made.problems, *([] if made.problems else apply(made))]
    if problems:
        show(problems, err=True)
        return exit_code(problems)
    click.echo(report(made))
    return 0
