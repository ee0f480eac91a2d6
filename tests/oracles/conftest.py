"""A small proven world on disk: two SLOs, three rules, two test files; and promtools, real and fake."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slogen.emitted.proof import AlertCheck, Block, Claim, Compiled, ExpectedAlert, ExprCheck, TestFile
from slogen.emitted.rules import Alert, Group, Recording, RuleFile
from slogen.oracles import Options, Proof, Work, prove
from slogen.render import TARGETS
from slogen.settings import Settings
from slogen.write import OutFile, apply, plan
from tests.newest import PROMETHEUS

ORACLES = Path(__file__).parents[2] / ".oracles"
VERSIONS = ("2.42", "2.53", "3.5", *PROMETHEUS)
MINUTE = 60
FAKE = """#!/bin/sh
case "$1" in
--version) {version} ;;
check) {check} ;;
test) {test} ;;
esac
"""


def alert(slo: str) -> Alert:
    labels = {"slo_id": f"shop/{slo}", "severity": "page"}
    return Alert("Burns", f"errors:{slo} > 0.5", labels, {"summary": "{{ $value }} bad"})


def firing(slo: str) -> ExpectedAlert:
    return ExpectedAlert({"slo_id": f"shop/{slo}", "severity": "page"}, {"summary": "1 bad"})


def block(name: str, *slos: str, exprs: tuple[ExprCheck, ...] = ()) -> Block:
    """Each SLO's errors jump to 1: its alert fires."""
    series = {f"raw_{slo}": "0x3 1x5" for slo in slos}
    checks = (AlertCheck(0, "Burns"), AlertCheck(5 * MINUTE, "Burns", tuple(firing(slo) for slo in slos)))
    claims = tuple(Claim(f"shop/{slo}", f"{slo} pages in {name}") for slo in slos)
    return Block(name, MINUTE, series, checks, exprs, claims)


def shop() -> Compiled:
    rules = tuple(Recording(f"errors:{slo}", f"raw_{slo}", {"slo_id": f"shop/{slo}"}) for slo in ("a", "b"))
    file = RuleFile("shop", "specs/shop.yaml", (Group("g", MINUTE, (*rules, alert("a"), alert("b"))),))
    recorded = ExprCheck(5 * MINUTE, "errors:a", (('errors:a{slo_id="shop/a"}', 1.0),))
    outage = TestFile("shop", "outage", file.source, MINUTE, ("g",), (block("both at once", "a", "b"),))
    alone = (block("first alone", "a", exprs=(recorded,)), block("second alone", "b"))
    return Compiled(file, (outage, TestFile("shop", "alone", file.source, MINUTE, ("g",), alone)))


class World:
    """The shop's files below a folder, and the proof of what lies there."""

    def __init__(self, base: Path, compiled: Compiled) -> None:
        self.base, self.compiled = base, compiled
        self.output, self.tests = base / "generated", base / "promtool-tests"
        self.rules = self.output / "prometheus/shop.rules.yaml"

    def generate(self) -> None:
        assert apply(self.plan()) == []

    def plan(self):
        roots = {"prometheus": self.output, "tests": self.tests}
        made = [a for name in roots for a in TARGETS[name](self.compiled, Settings())]
        files = [OutFile(roots[a.target], a.path, a.owner, a.target, a.text) for a in made]
        return plan(files, roots.values())

    def test_file(self, story: str) -> Path:
        return self.tests / f"shop/{story}.test.yaml"

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def prove(self, *promtools: Path, work: Mapping[str, Any] | None = None, **options: Any) -> Proof:
        whole = Work((self.compiled,), self.plan(), self.output, self.tests, self.base, 2, {})
        return prove(replace(whole, **(work or {})), Options(promtools, **options))


@pytest.fixture
def world(tmp_path: Path, bare_path: None) -> World:  # noqa: ARG001 (pytest knows no other way)
    made = World(tmp_path, shop())
    made.generate()
    return made


def real_promtool(version: str) -> Path:
    """The fetched promtool of a version; skips where there is none, but never in CI."""
    path = ORACLES / f"prometheus-{version}" / "promtool"
    if not path.exists() and not os.environ.get("CI"):
        pytest.skip("no .oracles here: run tools/fetch-oracles")
    return path


@pytest.fixture(params=VERSIONS)
def promtool(request: pytest.FixtureRequest) -> Path:
    """Each real promtool."""
    return real_promtool(request.param)


@pytest.fixture
def newest() -> Path:
    """One real promtool, where the version doesn't matter."""
    return real_promtool(VERSIONS[-1])


@pytest.fixture
def fake(tmp_path: Path) -> Callable[..., Path]:
    """Make a promtool of shell commands; it is 3.5 and passes everything unless told otherwise."""

    def make(
        name: str = "fake",
        version: str = "echo 'promtool, version 3.5.0 (branch: x)'",
        check: str = "echo '  SUCCESS: 4 rules found'",
        test: str = "echo '  SUCCESS'",
    ) -> Path:
        path = tmp_path / name
        path.write_text(FAKE.format(version=version, check=check, test=test))
        path.chmod(0o755)
        return path

    return make
