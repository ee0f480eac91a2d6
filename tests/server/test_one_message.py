"""One incident is one message: the fast page fires, the slow one joins and outlives it, and all ends once."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from .alertmanager import Alertmanager, routing_of
from .inbox import Inbox
from .test_alertmanager import ORACLES, PLAIN, VERSIONS, alert, pytestmark  # noqa: F401

BY_MODEL = {"events": {**PLAIN["events"], "by": ["model"]}}
TURNED = [
    {"name": name, "severity": "page", "budget": budget, "long": long, "short": short}
    for name, budget, long, short in (("page_slow", "2%", "1h", "5m"), ("page_fast", "5%", "6h", "30m"))
]
SLOS = [
    {"name": name, "objective": 99.9, "sli": BY_MODEL}
    for name in ("usual", "slow-only", "slow-first", "two-models", "hand-made")
]
PERIOD = 3.0  # seconds of a step: several group intervals

FAST, SLOW = ("page_fast", "a"), ("page_slow", "a")
# Which pages fire in each step; the rules keep the fast page firing until the slow one ends.
STORIES: dict[str, Sequence[Sequence[tuple[str, str]]]] = {
    "usual": [[FAST], [FAST, SLOW], [FAST, SLOW], []],
    "slow-only": [[SLOW], [SLOW], [], []],
    "slow-first": [[SLOW], [FAST, SLOW], [FAST, SLOW], []],
    "two-models": [[FAST], [FAST, ("page_slow", "b")], [("page_slow", "b")], []],
    "hand-made": [[FAST], [FAST, SLOW], [SLOW], []],
}


def _play(
    version: str, folder: Path, slos: Sequence[Mapping[str, object]]
) -> dict[tuple[str, str], list[str]]:
    """The states of the messages about each SLO and model, in order."""
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        said = {
            "receivers": {"people": {"webhook": {"url": f"http://127.0.0.1:{inbox.port}/people"}}},
            "default": {"page": "people", "ticket": "none"},
            "timing": {"page": {"group_wait": "0s", "group_interval": "1s"}},
        }
        files = routing_of(said, [{"service": "chat", "slos": slos}], {})
        binary = ORACLES / f"alertmanager-{version}" / "alertmanager"
        server = Alertmanager(binary, folder / version, files)
        stack.callback(server.close)
        server.start()
        before: set[tuple[str, str, str]] = set()
        for step in range(4):
            now = {(name, *page) for name, steps in STORIES.items() for page in steps[step]}
            server.post(*(_alert(*each) for each in sorted(now)))
            server.post(*(_alert(*each) for each in sorted(before - now)), ends=True)
            before = now
            time.sleep(PERIOD)
        found: dict[tuple[str, str], list[str]] = {}
        for body in (message.body for message in inbox.to("people")):
            labels = body["groupLabels"]
            found.setdefault((labels["slo_id"].partition("/")[2], labels["model"]), []).append(body["status"])
        return found


def _alert(slo: str, tier: str, model: str) -> dict[str, str]:
    return alert(f"chat/{slo}", "page", slo_tier=tier, model=model)


@pytest.fixture(scope="module", params=VERSIONS)
def told(request: pytest.FixtureRequest, plays) -> dict[tuple[str, str], list[str]]:
    return plays[request.param]


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("one-message")
    with ThreadPoolExecutor(len(VERSIONS)) as pool:
        found = pool.map(lambda version: _play(version, folder, SLOS), VERSIONS)
        return dict(zip(VERSIONS, found, strict=True))


def test_the_usual_order_is_one_message_and_one_end(told):
    assert told["usual", "a"] == ["firing", "resolved"]


def test_a_slow_page_alone_is_told(told):
    assert told["slow-only", "a"] == ["firing", "resolved"]


def test_what_gets_worse_is_told_again_and_ends_once(told):
    assert told["slow-first", "a"] == ["firing", "firing", "resolved"]


def test_another_model_is_another_incident(told):
    assert told["two-models", "a"] == ["firing", "resolved"]
    assert told["two-models", "b"] == ["firing", "resolved"]


def test_a_fast_page_that_ended_first_would_be_told_twice(told):
    """Why the rules hold it: Alertmanager alone has no way to know that the slow page was told."""
    assert told["hand-made", "a"] == ["firing", "firing", "resolved"]


def test_tiers_with_turned_names_don_t_silence_each_other(tmp_path):
    slos = [{**slo, "alerting": {"tiers": TURNED}} if slo["name"] == "slow-first" else slo for slo in SLOS]
    found = _play("0.33", tmp_path, slos)
    assert found["usual", "a"] == ["firing", "resolved"]
    assert found["slow-first", "a"] == ["firing", "resolved"]  # its "slow" page is the faster one
