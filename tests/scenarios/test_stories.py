"""Every story on the oldest or the newest Prometheus: the generated rules do what a person expects."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from slogen.understand import understand

from . import stories
from .engine import Player, Seen, Story

ORACLES = Path(__file__).parents[2] / ".oracles"
VERSIONS = ("bookworm-prometheus", "newest-prometheus")
MODULES = [module.name for module in iter_modules(stories.__path__) if module.name != "shop"]
BY_MODULE: list[list[Story]] = [import_module(f"{stories.__name__}.{name}").STORIES for name in MODULES]
STORIES = [story for found in BY_MODULE for story in found]
FIRST, EVERY = 2, 8  # of each module, where only some are played
needs_oracles = pytest.mark.skipif(
    not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
)


def wrongs(story: Story, seen: Seen) -> list[str]:
    return [wrong for wrong in (check.wrong(seen) for check in story.expect) if wrong]


def plays() -> list[Any]:
    """Oldest and newest Prometheus in turn, on some stories of each module (`make stories` plays all).

    SLOGEN_STORIES=each plays every story, SLOGEN_STORIES=all every story on both.
    """
    wanted = os.environ.get("SLOGEN_STORIES", "some")
    some = [story for found in BY_MODULE for story in found[FIRST::EVERY]]
    chosen = some if wanted == "some" else STORIES
    return [
        pytest.param(story, version, id=f"{story.name}-{version}")
        for index, story in enumerate(chosen)
        for version in VERSIONS
        if wanted == "all" or version == VERSIONS[index % 2]
    ]


@pytest.mark.oracle
@needs_oracles
@pytest.mark.parametrize(("story", "version"), plays())
def test_story(story: Story, version: str, tmp_path: Path) -> None:
    seen = Player(ORACLES / version / "promtool", tmp_path).play(story)
    assert not wrongs(story, seen)


def test_names_tell_stories_apart_and_there_are_enough() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES) >= 54


def test_each_can_be_played() -> None:
    """A check that came later refuses none of those that are played by name alone."""
    projects = {story.name: understand({"specs/a.yaml": story.spec}, story.settings) for story in STORIES}
    assert [(name, project.problems) for name, project in projects.items() if not project.ok] == []


def test_some_of_each_kind_are_played_always() -> None:
    assert all(len(found) > FIRST for found in BY_MODULE)


def test_every_story_expects_something() -> None:
    assert all(story.expect for story in STORIES)
