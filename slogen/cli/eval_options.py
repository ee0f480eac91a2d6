"""Options of `slogen eval`, in the groups that they are used in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from slogen.cli.gathered import gathered
from slogen.evals.sources import SOURCES
from slogen.evals.verdict import FAILS

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Where the results are, and of what format."""

    source: str | None
    mlflow: str | None
    experiment: str | None
    run: str | None
    latest: bool
    filter_: str | None
    langsmith: str | None
    since: str | None
    weave: str | None
    evaluation: str | None


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """How they are judged."""

    suite: str | None
    maps: tuple[str, ...]
    require: str | None
    min_cases: int
    confident: bool
    fail_on: str
    unknown: str


@dataclass(frozen=True, slots=True)
class PushOptions:
    """Where the numbers go."""

    pushes: tuple[str, ...]
    job: str | None
    push_http_config: Path | None


source_options = gathered(
    "source",
    SourceOptions,
    (
        click.option(
            "--source", type=click.Choice(tuple(SOURCES)), help="The format of FILE, if not found out."
        ),
        click.option(
            "--mlflow", metavar="URI", help="A run of MLflow: http://..., a folder mlruns, sqlite:///..."
        ),
        click.option("--experiment", metavar="NAME", help="The experiment of MLflow."),
        click.option("--run", metavar="ID", help="The run of MLflow; the latest by default."),
        click.option("--latest", is_flag=True, help="The latest run, which is the default."),
        click.option(
            "--filter", "filter_", metavar="FILTER", help="Only runs like \"tags.suite = 'support'\"."
        ),
        click.option("--langsmith", metavar="PROJECT", help="Feedback on a project of LangSmith."),
        click.option("--since", metavar="TIME", help="Only feedback since then: 1h, 7d."),
        click.option("--weave", metavar="ENTITY/PROJECT", help="The latest evaluation of Weave."),
        click.option("--evaluation", metavar="NAME", help="The evaluation of Weave, by its name."),
    ),
)
judge_options = gathered(
    "how",
    JudgeOptions,
    (
        click.option("--suite", metavar="NAME", help="The suite that was run, as the specs call it."),
        click.option(
            "--map", "maps", multiple=True, metavar="METRIC=SLO", help="Which metric is which SLO's."
        ),
        click.option("--require", metavar="NAME,...", help="Only these must be there; all by default."),
        click.option(
            "--min-cases", type=click.IntRange(0), default=0, metavar="N", help="Fewer tell nothing."
        ),
        click.option(
            "--confident", is_flag=True, help="Decide by the bound of the interval, not by the value."
        ),
        click.option(
            "--fail-on", type=click.Choice(tuple(FAILS)), default="critical", help="What ends with 1."
        ),
        click.option(
            "--unknown", type=click.Choice(("fail", "ok")), default="fail", help="Whether it ends with 5."
        ),
    ),
)
push_options = gathered(
    "push",
    PushOptions,
    (
        click.option(
            "--push",
            "pushes",
            multiple=True,
            metavar="KIND=WHERE",
            help="Write the numbers: pushgateway=URL, textfile=PATH, remote-write=URL, otlp=URL.",
        ),
        click.option("--job", metavar="NAME", help="The job that pushes; that of the specs by default."),
        click.option(
            "--push-http-config", type=_FILE, metavar="FILE", help="--http-config of where it goes."
        ),
    ),
)
