"""What `slogen import` is told of old rules to compare with."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from slogen.cli.gathered import gathered
from slogen.cli.history_options import ProgramOptions, failing, program_choice, told_story
from slogen.diagnostics import CallError, has_errors
from slogen.history.comparing import STORIES, Comparison, compare
from slogen.load.files import find
from slogen.moving.outcome import Import
from slogen.project.importing import Destination


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """Where the old rules are, which stories are played, and by which programs."""

    compare: tuple[Path, ...]
    stories: tuple[str, ...]
    prometheus: Path | None
    promtool: Path | None
    oracles: Path | None

    def compared(self, found: Import, there: Destination) -> Comparison | None:
        """What both sides tell; None where nobody asks, or the specs can't be compiled. Raises CallError."""
        if not self.compare:
            if self.stories:
                raise CallError("--story is of --compare: name the old rules, too")
            return None
        programs = ProgramOptions(self.prometheus, self.promtool, self.oracles).found()
        stories = [told_story(text) for text in self.stories or STORIES]
        texts, problems = find(self.compare)
        project = there.project(found)
        if has_errors(problems):
            return Comparison((), programs.engine, tuple(problems))
        if has_errors(project.problems):
            return None
        with failing():
            return compare(found, project, texts, stories, programs, _telling)


def _telling(what: str) -> None:
    """Who watches sees that it goes on."""
    if sys.stderr.isatty():
        click.echo(f"playing {what}", err=True)


_OPTIONS: Final = (
    click.option(
        "--compare",
        multiple=True,
        type=click.Path(exists=True, path_type=Path),
        metavar="FILE|DIR",
        help="Play the rules of the other tool beside the new ones: what does each tell? May be repeated.",
    ),
    click.option(
        "--story",
        "stories",
        multiple=True,
        metavar="NAME|FILE|PHASES",
        help=f"What is played then, as for simulate; {', '.join(STORIES)} by default.",
    ),
    *program_choice,
)
compare_options = gathered("wanted", CompareOptions, _OPTIONS)
