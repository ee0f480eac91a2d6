"""`slogen simulate`: what the alerts of a spec do in a story."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from slogen.cli.boundary import ExitCode
from slogen.cli.complete import slos as complete_slos
from slogen.cli.console import wants_colour
from slogen.cli.history_options import (
    ProgramOptions,
    chosen,
    draw,
    failing,
    picture_option,
    program_options,
    told_story,
)
from slogen.cli.options import cluster_option, format_option, settings_option
from slogen.diagnostics import CallError
from slogen.history.engine import simulate
from slogen.history.played import History
from slogen.history.programs import Programs
from slogen.history.story import Story, shipped, story_of
from slogen.history.synthetic import start_of
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Slo
from slogen.project.asked import asked
from slogen.report.history import FORMS, render
from slogen.report.history_words import SIMULATION
from slogen.understand import Project


@click.command("simulate")
@click.argument("words", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=complete_slos)
@click.option(
    "--story",
    "stories",
    multiple=True,
    metavar="NAME|FILE|PHASES",
    help="A story that ships, a file, or phases: 100%@30m,5%@2h. May be repeated.",
)
@click.option("--list", "list_", is_flag=True, help="List the stories that ship with slogen.")
@picture_option
@format_option(*FORMS)
@cluster_option
@settings_option
@program_options
def command(
    words: tuple[str, ...],
    stories: tuple[str, ...],
    list_: bool,
    picture: Path | None,
    format_: str,
    cluster: str | None,
    settings: Path | None,
    found: ProgramOptions,
) -> int:
    """Play the alerts of SLOs on invented traffic: who is told what, and when?

    A real Prometheus evaluates the very rules that are generated, on series that are made for the SLO like
    those of its proof.

    \b
    Examples: slogen simulate chat-gateway/availability --story outage
              slogen simulate chat-gateway --story 50%@20m,2%@3h --picture outage.svg
              slogen simulate --list
    """
    if list_:
        click.echo("\n".join(map(_line, shipped())))
        return ExitCode.DONE
    about = asked(words, settings, cluster=cluster)
    slos = chosen(about)
    told = [told_story(text) for text in stories or ("outage",)]
    if picture is not None and len(told) > 1:
        raise CallError("--picture is of one story: name one, or draw them one by one")
    programs, workspace = found.found(), about.workspace
    assert workspace is not None
    texts = list[str]()
    for story in told:
        with failing():
            history = _together([_played(workspace.project, slo, story, programs) for slo in slos])
        versions, began = [(story.name, history)], [start_of(story) + at for at in story.began]
        if picture is not None:
            draw(picture, versions, slos, SIMULATION)
        text = render(versions, format_, kind=SIMULATION, began=began, colour=wants_colour(sys.stdout))
        texts.append(text if format_ == "json" or not story.description else _told(story, text, format_))
    click.echo(_joined(texts, format_))
    return ExitCode.DONE


def _told(story: Story, text: str, format_: str) -> str:
    head = (
        f"**{story.name}**: {story.description}"
        if format_ == "markdown"
        else f"{story.name}: {story.description}"
    )
    return f"{head}\n\n{text}"


def _joined(texts: list[str], format_: str) -> str:
    if format_ == "json" and len(texts) > 1:
        return "[\n" + ",\n".join(texts) + "\n]"
    return "\n\n".join(texts)


def _line(name: str) -> str:
    story, _ = story_of(name)
    return f"{name:12} {story.description if story else ''}"


def _played(project: Project, slo: Slo, story: Story, programs: Programs) -> History:
    try:
        return simulate(project, slo, story, programs)
    except UnsatisfiableError as error:
        raise CallError(f"`{slo.shown}`: no series can be found for it: {error}; {error.hint}") from None


def _together(histories: list[History]) -> History:
    """All SLOs of a story; each had its own series."""
    return replace(histories[0], slos=tuple(slo for history in histories for slo in history.slos))
