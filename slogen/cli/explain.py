"""`slogen explain`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from slogen.cli.boundary import exit_code
from slogen.cli.complete import slos
from slogen.cli.console import show, wants_colour
from slogen.cli.options import cluster_option, format_option, settings_option
from slogen.diagnostics import did_you_mean
from slogen.model.rulers import RULERS, rulers_among
from slogen.model.slo import Service, Slo
from slogen.owners import routing_of
from slogen.project.engines import on_engine
from slogen.project.workspace import Workspace, open_workspace
from slogen.render.alertmanager import sections
from slogen.render.rulers.tenancy import crowded
from slogen.report.engine import as_json as engine_as_json
from slogen.report.engine import as_text as engine_as_text
from slogen.report.explain import as_text
from slogen.report.explain_json import all_as_json, as_json, list_as_json
from slogen.report.routes import as_mermaid
from slogen.report.routes import as_text as routes_as_text
from slogen.rules import compile_service
from slogen.tell.explain import Explanation, explain
from slogen.understand import Project


@click.command("explain")
@click.argument("slo", required=False, metavar="[SERVICE[/NAME]]", shell_complete=slos)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@format_option("text", "json", "mermaid")
@click.option("--routes", is_flag=True, help="Draw who is told of which alerts, instead of an SLO.")
@click.option(
    "--target",
    type=click.Choice(list(RULERS)),
    help="Say what this engine does with the rules: limits, delays, what it lacks.",
)
@cluster_option
@settings_option
def command(
    slo: str | None,
    paths: tuple[Path, ...],
    format_: str,
    routes: bool,
    target: str | None,
    cluster: str | None,
    settings: Path | None,
) -> int:
    """Say what an SLO does: tiers, times to alert, guards, and what it costs Prometheus.

    Of a SERVICE each SLO is explained; without a name all are listed. With --routes, where the alerts of all
    of them go. With --target, what an engine that evaluates rules does with all of them.

    \b
    Examples: slogen explain
              slogen explain chat-api
              slogen explain chat-api/availability
              slogen explain chat-api/availability --format json
              slogen explain --routes --format mermaid
              slogen explain chat-api/availability --target victoriametrics
    """

    if routes:
        return _routes(tuple(map(Path, [slo] if slo else [])) + paths, format_, settings)
    if format_ == "mermaid":
        raise click.UsageError("only --routes can be drawn")
    workspace = open_workspace(paths, settings, cluster)
    project, problems = workspace.project, workspace.all_problems
    found = _find(project, slo)
    if (not found or target) and (code := exit_code(problems)):
        show(problems, err=True)
        return code
    if target is not None and (found or slo is None):
        click.echo(_on_engine(workspace, target, [wanted for _, wanted in found], format_))
        return 0
    if slo is None:
        ids = [each.id for service in project.services for each in service.slos]
        click.echo(list_as_json(ids) if format_ == "json" else "\n".join(ids))
        return 0
    if not found:
        raise click.UsageError(_unknown(project, slo))
    told = [_explained(service, wanted, project) for service, wanted in found]
    if format_ == "json":
        click.echo(as_json(told[0]) if "/" in slo else all_as_json(told))
    else:
        click.echo("\n\n\n".join(as_text(each, colour=wants_colour(sys.stdout)) for each in told))
    return 0


def _on_engine(workspace: Workspace, target: str, wanted: Sequence[Slo], format_: str) -> str:
    """What the engine of a target does with the project, and what of it the engine would refuse."""
    settings = workspace.project.settings
    [ruler] = rulers_among((target,), settings)
    told = on_engine(workspace.project, ruler, wanted)
    crowd = [problem for problem in crowded({target: told.groups}, settings) if problem.is_error]
    return (engine_as_json if format_ == "json" else engine_as_text)(
        told, [*workspace.refused_by(target), *crowd]
    )


def _explained(service: Service, slo: Slo, project: Project) -> Explanation:
    return explain(slo, compile_service(service, project.settings), project.settings)


def _routes(paths: tuple[Path, ...], format_: str, settings: Path | None) -> int:
    """The routing tree of the project."""

    workspace = open_workspace(paths, settings)
    if code := exit_code(workspace.all_problems):
        show(workspace.all_problems, err=True)
        return code
    routing = routing_of(workspace.project)
    if format_ == "json":
        click.echo(json.dumps(sections(routing) if routing else {}, indent=2))
    else:
        click.echo(as_mermaid(routing) if format_ == "mermaid" else routes_as_text(routing))
    return 0


def _find(project: Project, name: str | None) -> list[tuple[Service, Slo]]:
    """The SLO of this identity, or of the name that people read, or all of a service; with their services."""
    slos = [(service, slo) for service in project.services for slo in service.slos]
    return [(service, slo) for service, slo in slos if name in (slo.id, slo.shown)][:1] or [
        (service, slo) for service, slo in slos if name == service.name
    ]


def _unknown(project: Project, slo: str) -> str:
    ids = [found.id for each in project.services for found in each.slos]
    near = did_you_mean(slo, [*ids, *project.names]) or "`slogen explain` lists all"
    return f"there is no SLO or service `{slo}`; {near}"
