"""`slogen doctor`."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.complete import slos
from slogen.cli.console import show, wants_colour
from slogen.cli.grafana import GrafanaOptions, grafana_options
from slogen.cli.options import PROBLEM_FORMATS, cluster_option, format_option, settings_option
from slogen.cli.server import ServerOptions, server_options
from slogen.cli.times import duration
from slogen.conventions import META
from slogen.diagnostics import CallError, Problem, Severity, did_you_mean, has_errors
from slogen.emitted.rules import Group, RuleFile
from slogen.live.doctor.asks import World
from slogen.live.doctor.case import Case
from slogen.live.doctor.checks import CHECKS
from slogen.live.doctor.dump import DumpWorld
from slogen.live.doctor.examine import Examination, examine
from slogen.live.doctor.pages import read_pages
from slogen.live.doctor.serverworld import ServerWorld
from slogen.live.doctor.suggest import suggest
from slogen.model.rulers import rulers_among
from slogen.owners import routing_of
from slogen.pipeline import compile_rules_of
from slogen.project.asked import Asked, asked
from slogen.project.boards import boards_of
from slogen.project.engines import groups_on
from slogen.report.doctor import render
from slogen.report.suggestions import as_json, as_spec
from slogen.understand import Project


@click.command("doctor")
@click.argument("words", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=slos)
@click.option(
    "--metrics",
    "dumps",
    multiple=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Look into this dump of /metrics in place of a server; may be repeated, - is standard input.",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(tuple(CHECKS)),
    metavar="CHECK",
    help=f"Only this check; may be repeated: {', '.join(CHECKS)}.",
)
@click.option("--since", default="7d", metavar="TIME", help="How far back `lately` goes.")
@click.option("--suggest", "suggests", is_flag=True, help="Print a spec of the presets that fit.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--unknown", type=click.Choice(("fail", "ok")), default="fail", help="Whether no answer ends with 5."
)
@format_option(*PROBLEM_FORMATS)
@cluster_option
@settings_option
@grafana_options
@server_options
def command(
    words: tuple[str, ...],
    dumps: tuple[Path, ...],
    only: tuple[str, ...],
    since: str,
    suggests: bool,
    strict: bool,
    unknown: str,
    format_: str,
    cluster: str | None,
    settings: Path | None,
    grafana: GrafanaOptions,
    server: ServerOptions,
) -> int:
    """Ask whether the world looks as the specs say: metrics, labels, buckets, targets, rules.

    A server is asked, or dumps: what `curl http://TARGET/metrics` prints. Those need no server, and know no
    history. With --suggest, the presets that fit what is there become a spec to start from.

    \b
    Examples: slogen doctor --url http://localhost:9090
              slogen doctor embeddings --metrics metrics.txt
              curl -s http://localhost:8000/metrics | slogen doctor --suggest --metrics -

    \b
    Exit codes: 1 something is not as the specs say, 5 something could not be told, 4 no answer
    """
    about = asked(words, settings, cluster=cluster, needs=not dumps)  # a target knows no cluster
    pages = read_pages(dumps)
    problems = [problem for page in pages for problem in page.problems]
    wrong = [*problems, *([] if suggests else about.problems)]
    if has_errors(wrong):
        show(wrong, format_)
        return exit_code(wrong)
    question = _Question(about, problems, only, format_, strict, is_unknown_bad=unknown == "fail")
    answer = question.suggested if suggests else question.examined
    if pages:
        return answer(DumpWorld(pages, about.settings.of_targets))
    with server.client(about.settings, about.base) as client, grafana.client(server) as boards:
        return answer(ServerWorld(client, duration(since), grafana=boards))


@dataclass(frozen=True)
class _Question:
    """What is asked for, and how it is to be shown."""

    asked: Asked
    problems: Sequence[Problem]
    only: Sequence[str]
    format: str
    strict: bool
    is_unknown_bad: bool

    def examined(self, world: World) -> int:
        """Run the checks."""
        case = _case(self.asked, world)
        assert self.asked.workspace is not None
        found = examine(case, self.only).told(self.problems, self.asked.workspace.selection.as_written)
        click.echo(render(found, self.format, colour=wants_colour(sys.stdout)))
        return self._exit(found)

    def _exit(self, found: Examination) -> int:
        if code := exit_code(found.problems):
            return code
        if self.strict and any(problem.severity is Severity.WARNING for problem in found.problems):
            return ExitCode.FINDINGS
        is_told = found.is_known and not (self.only and found.not_asked)
        return ExitCode.DONE if is_told or not self.is_unknown_bad else ExitCode.UNKNOWN

    def suggested(self, world: World) -> int:
        """Print a spec of what fits. Nothing fits what nobody would tell."""
        found = list(suggest(world, self.asked.settings))
        silent = sorted(set(world.failed.values()))
        for why in silent:
            click.echo(f"slogen: cannot tell all that fits {world.shown}: {why}", err=True)
        if self.format == "json":
            click.echo(as_json(found, world.shown))
        elif found:
            click.echo(as_spec(found, world.shown))
        elif not silent:
            click.echo(f"slogen: no preset fits {world.shown}; `slogen presets list` shows all", err=True)
        if found:
            return ExitCode.DONE
        return ExitCode.UNKNOWN if silent and self.is_unknown_bad else ExitCode.FINDINGS


def _case(about: Asked, world: World) -> Case:
    """The SLOs that are asked about, with the rules of git. Raises CallError where there are none."""
    if about.workspace is None:
        raise CallError("there is no specs/ here; name a PATH, or let --suggest make a first spec")
    ids = [slo.shown for service in about.workspace.services for slo in service.slos]
    for name in about.unknown(ids):
        near = did_you_mean(name, [*ids, *(i.partition("/")[0] for i in ids)]) or "`slogen explain` lists all"
        raise CallError(f"there is no SLO or service `{name}`; {near}")
    workspace, project = about.workspace, about.workspace.project
    whole = not about.names and about.workspace.selection.only is None
    rules = compile_rules_of(project) if world.remembers and project.ok else ()
    owners = {slo.service for slo in about.slos} | ({META} if whole else set())
    return Case(
        about.slos,
        project.settings,
        world,
        rules=tuple(file for file in rules if file.owner in owners),
        routing=routing_of(project),
        rulers=_on_rulers(project, rules, owners) if rules else {},
        boards=lambda: boards_of(workspace.whole, owners),
        whole=whole,
    )


def _on_rulers(
    project: Project, rules: Sequence[RuleFile], owners: Collection[str]
) -> dict[str, list[Group]]:
    """The groups of these owners as the engine of each target has them."""
    rulers = rulers_among(project.settings.targets, project.settings)
    every = {ruler.target: groups_on(project, ruler, rules) for ruler in rulers}
    return {
        target: [group for owner, groups in found if owner in owners for group in groups]
        for target, found in every.items()
    }
