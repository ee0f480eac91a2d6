"""Every story on real Prometheus servers, the oldest supported and the newest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.newest import PROMETHEUS

from .stories import STORIES
from .theatre import play_all

ORACLES = Path(__file__).parents[2] / ".oracles"
VERSIONS = ("2.42", "3.5", *PROMETHEUS)
pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("stories"),  # they are played once, at the same time
    pytest.mark.skipif(
        not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
    ),
]
Results = Mapping[str, Mapping[str, Future[None]]]


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The chosen stories of all chosen versions, played side by side, because they mostly wait.

    At thirty times the speed a busy machine's hiccup of a second is half a minute of the story: what fails is
    played once more, with less beside it. What is wrong fails again.
    """
    folder = tmp_path_factory.mktemp("servers")
    chosen: dict[str, list[str]] = {}
    for item in request.session.items:
        if item.path == request.path and hasattr(item, "callspec"):
            params = item.callspec.params
            chosen.setdefault(params["version"], []).append(params["story"])

    def play(version: str) -> dict[str, Future[None]]:
        cast = [story for story in STORIES if story.name in chosen[version]]
        binary = ORACLES / f"prometheus-{version}" / "prometheus"
        played = play_all(cast, binary, folder / version)
        failed = [story for story in cast if played[story.name].exception()]
        for story in failed:
            print(f"{story.name} on {version}, played once more: {played[story.name].exception()}")
        return {**played, **(play_all(failed, binary, folder / f"{version}-again") if failed else {})}

    with ThreadPoolExecutor(len(chosen)) as pool:
        return dict(zip(chosen, pool.map(play, chosen), strict=True))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("story", [story.name for story in STORIES])
def test_story(story, version, results):
    """What happens to a service, and what a person expects of its alerts."""
    results[version][story].result(timeout=0)


def test_the_stories_share_a_worker(request):
    """Else each worker plays all of them, and all wait."""
    if request.config.getoption("loadgroup", default=False):
        assert request.node.nodeid.endswith("@stories")
