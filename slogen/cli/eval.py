"""`slogen eval`: results of an evaluation against the SLOs that read them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.console import show, wants_colour
from slogen.cli.eval_options import (
    JudgeOptions,
    PushOptions,
    SourceOptions,
    judge_options,
    push_options,
    source_options,
)
from slogen.cli.eval_push import check_pushes, push_all
from slogen.cli.eval_sources import results_of
from slogen.cli.options import format_option, settings_option
from slogen.cli.server import HttpOptions, http_options, telling_errors
from slogen.diagnostics import Problem, has_errors
from slogen.evals.judge import Rules, judge
from slogen.evals.readers import readers
from slogen.evals.runs import by_suite, rules_of
from slogen.evals.verdict import Verdict
from slogen.project.workspace import open_workspace
from slogen.report.evals import FORMS, Evaluation, render


@click.command("eval")
@click.argument("files", nargs=-1, metavar="[FILE|-]...")
@source_options
@click.option("--specs", multiple=True, type=click.Path(path_type=Path), metavar="PATH", help="Else specs/.")
@judge_options
@push_options
@format_option(*FORMS)
@settings_option
@http_options
def command(
    files: tuple[str, ...],
    source: SourceOptions,
    specs: tuple[Path, ...],
    how: JudgeOptions,
    push: PushOptions,
    format_: str,
    settings: Path | None,
    http: HttpOptions,
) -> int:
    """Hold the results of an evaluation against the SLOs that read eval_score and eval_cases_total.

    FILE is what promptfoo, DeepEval, Ragas, lm-evaluation-harness, Inspect, OpenAI's evals, OpenTelemetry or
    a test runner wrote, or numbers as JSON, JSON lines or CSV; `-` is standard input. A metric that is
    missing, a run that failed and a value that is none are never taken for good: of them it can't be told.

    \b
    Examples: slogen eval results.json --suite support
              slogen eval --mlflow http://localhost:5000 --experiment support-bot-eval
              slogen eval results.json --push pushgateway=http://localhost:9091
              slogen eval results.csv --map helpfulness/mean=helpfulness --min-cases 50 --confident

    \b
    Exit codes: 1 an SLO is as bad as --fail-on says, 5 of some it can't be told, 4 no answer
    """
    with telling_errors(format_):
        targets = check_pushes(push)
        workspace = open_workspace(specs, settings)
        found = results_of(files, source, http)
        problems = [*workspace.problems, *(each for each in found if isinstance(each, Problem))]
        if has_errors(problems):
            show([problem for problem in problems if problem.is_error], err=True)
            return exit_code(problems)
        project = workspace.project
        known = readers(slo for service in workspace.services for slo in service.slos)
        runs, problems = by_suite([each for each in found if not isinstance(each, Problem)], known, how.suite)
        if problems:
            show(problems, err=True)
            return exit_code(problems)
        rules = rules_of(
            how.maps, how.require, runs, known, Rules(least=how.min_cases, confident=how.confident)
        )
        verdicts = [judge(run, run.suite, known, rules, project.settings) for run in runs]
        pushed, failure = push_all(targets, runs, workspace.services, rules, project.settings, push, http)
        code = _code(verdicts, how) or (ExitCode.DONE if failure is None else ExitCode.SERVER)
        click.echo(render(Evaluation(verdicts, pushed, code), format_, colour=wants_colour(sys.stdout)))
        if failure is not None and format_ != "json":
            click.echo(f"slogen: a server could not be asked: {failure}", err=True)
        return code


def _code(verdicts: Sequence[Verdict], how: JudgeOptions) -> int:
    if any(verdict.fails(how.fail_on) for verdict in verdicts):
        return ExitCode.FINDINGS
    is_unknown = any(verdict.is_unknown for verdict in verdicts)
    return ExitCode.UNKNOWN if is_unknown and how.unknown == "fail" else ExitCode.DONE
