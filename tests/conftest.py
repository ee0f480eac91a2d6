"""Fixtures: SLOs from plain data, and promtool as the judge of what comes out."""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import slogen
from slogen.emitted.rules import Rule
from slogen.pipeline import Result
from tests.newest import PROMETHEUS, asks_what_was_built
from tests.turns import not_their_turn

# Programs in Go that live for seconds collect garbage less often.
os.environ.setdefault("GOGC", "400")
# a busy machine is no failure
hypothesis_settings.register_profile("slogen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("slogen")

ORACLES = Path(__file__).parents[1] / ".oracles"
EVENTS = {"events": {"bad": 'errors_total{job="shop"}', "total": 'requests_total{job="shop"}'}}
_ASIDE = 5  # of 19: how far behind tests are that wait for nothing
_LONGEST_RUN = 600  # seconds, for what hangs without using the CPU
HEAD = {"apiVersion": "slogen/v1"}

Compile = Callable[..., Result]
Oracles = Callable[[str, str], Path]
Judge = Callable[[Iterable[Result]], None]


def _yaml_of(data: object) -> str:
    """Plain data as YAML in ASCII that every reader takes the same way."""
    text = json.dumps(data, ensure_ascii=False, default=str)
    return re.sub(r"[^\x20-\x7e]", lambda match: f"\\U{ord(match[0]):08x}", text)


# Fixtures by which a test needs what is slow: a program of others, or a process of its own.
_PROGRAMS = frozenset({"oracles", "judge", "promtool", "amtool"})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what it isn't the turn of."""
    if left := not_their_turn(items):
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what `make unit` leaves out, and what `make engines` asks."""
    if _PROGRAMS & set(getattr(item, "fixturenames", ())):
        item.add_marker("oracle")
    if asks_what_was_built(getattr(getattr(item, "callspec", None), "params", {})):
        item.add_marker("built")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What needs no server steps aside, for good: who computes must not keep the stories of servers,
    which another worker plays at the same time, from being on time."""
    if "PYTEST_XDIST_WORKER" in os.environ and item.get_closest_marker("server") is None:
        os.setpriority(os.PRIO_PROCESS, 0, _ASIDE)


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: nobody needs to look through them for garbage."""
    gc.freeze()


@pytest.fixture(scope="session")
def yaml_of() -> Callable[[object], str]:
    """Write plain data as YAML."""
    return _yaml_of


@pytest.fixture(scope="session")
def compiled() -> Compile:
    """Compile SLOs (mappings; one of events by default) of the service `shop`."""

    def run(*slos: Mapping[str, Any], settings: Mapping[str, Any] | None = None, **fields: Any) -> Result:
        base = {"name": "availability", "objective": 99.9, "sli": EVENTS}
        listed = [{**base, **slo} for slo in slos or ({},)]
        spec = {**HEAD, "kind": "ServiceLevelObjectives", "service": "shop", **fields, "slos": listed}
        given = {**HEAD, "kind": "Settings", "targets": ["prometheus"], **(settings or {})}
        return slogen.compile(_yaml_of(spec), _yaml_of(given))

    return run


@pytest.fixture(scope="session")
def rules_of() -> Callable[[Result, str], list[Rule]]:
    """The rules of this record or alert name, in order, without those of the watcher."""

    def find(result: Result, name: str) -> list[Rule]:
        assert result.ok, result.problems
        rules = [rule for each in result.compiled[:-1] for group in each.rules.groups for rule in group.rules]
        return [rule for rule in rules if name in (getattr(rule, "alert", ""), getattr(rule, "record", ""))]

    return find


@pytest.fixture(scope="session")
def oracles() -> Callable[[str, str], Path]:
    """The program of an oracle; skips, and says so, where it is missing (but not in CI)."""

    def find(folder: str, program: str) -> Path:
        path = ORACLES / folder / program
        if not path.exists() and not os.environ.get("CI"):
            pytest.skip(f"no .oracles/{folder} here: run tools/fetch-oracles")
        return path

    return find


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory, oracles: Oracles) -> Judge:
    """Assert that the oldest and the newest promtool accept the rule files, and find as many rules in each as
    were compiled."""
    versions = ("2.42", *(PROMETHEUS or ("3.5",)))
    promtools = [oracles(f"prometheus-{version}", "promtool") for version in versions]

    def check(results: Iterable[Result]) -> None:
        folder, counts = tmp_path_factory.mktemp("rules"), []
        for result in results:
            assert result.ok, result.problems
            for rules in (each.rules for each in result.compiled):
                text = result.files[f"prometheus/{rules.owner}.rules.yaml"]
                (folder / f"{len(counts):04}.yaml").write_text(text)
                counts.append(rules.rule_count)
        for promtool in promtools:
            command: list[str | Path] = [promtool, "check", "rules", "--lint=all", "--lint-fatal"]
            command += sorted(folder.iterdir())
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
            assert re.findall(r"SUCCESS: (\d+) rules found", done.stdout) == [str(count) for count in counts]

    return check


@pytest.fixture(scope="session")
def run_python() -> Callable[..., str]:
    """Run code in a new Python, with arguments and environment variables; its output. It may take so many
    seconds of CPU, however busy the machine is."""

    def run(code: str, *args: str, stdin: str = "", seconds: int = 20, **environment: str) -> str:
        command = [sys.executable, "-c", code, *args]
        env = {**os.environ, **environment}
        done = subprocess.run(
            command,
            input=stdin,
            env=env,
            cwd=ORACLES.parent,
            capture_output=True,
            text=True,
            timeout=_LONGEST_RUN,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def bare_path(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH on which there is what scripts need, and neither promtool nor amtool, wherever those are."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("sh", "git", "sleep", "touch", "ls", "wc", "grep"):
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
