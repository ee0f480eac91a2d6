"""vmalert-tool: what it prints, and the proof of the rules for VictoriaMetrics."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from slogen.cli import main
from slogen.oracles.call import Answer
from slogen.oracles.vmalert import judge
from slogen.render.vmalert import asked, meant, render

ORACLES = Path(__file__).parents[2] / ".oracles"
TOOLS = sorted(ORACLES.glob("victoriametrics-*/vmalert-tool"))
needs_tool = pytest.mark.skipif(not TOOLS, reason="no vmalert-tool here: run tools/fetch-engines")

FAILED = """
Unit Testing:  a.test.yaml
FAILED
failed to run unit test for file "a.test.yaml":
[
testGroupName: budget alerts,
    groupname: , alertname: SLOErrorBudgetConsumed, time: 10m0s,
        exp:[
            0:
              Labels:{alertname="SLOErrorBudgetConsumed", slo_id="shop/a"}
            ],
        got:[]
    expr: "label_del(ALERTS{slo_id=\\"shop/a\\"}, \\"alertgroup\\")", time: 1h5m0s,
        exp: {slo_id="shop/a"} 1E+00
        got: nil
    expr: "abs(slo:x{slo_id=\\"shop/b\\"} - 1) < bool 1e-09", time: 30s,
        exp: {slo_id="shop/b"} 1E+00
        got: {slo_id="shop/b"} 0E+00]2026/11/29 22:44:15 unittest failed
"""


def test_what_it_prints_is_taken_apart():
    alert, firing, value = judge(Answer(1, FAILED))
    assert (alert.block, alert.slo_ids) == ("budget alerts", {"shop/a"})
    assert alert.text.startswith("SLOErrorBudgetConsumed at 10m0s")
    assert (firing.expr, firing.at) == ('ALERTS{slo_id="shop/a"}', 3900)
    assert (value.slo_ids, value.at) == ({"shop/b"}, 30)
    assert value.text.endswith('got: {slo_id="shop/b"} 0E+00')
    assert {finding.program for finding in (alert, firing, value)} == {"vmalert-tool"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0),
        Answer(0, "nothing"),
        Answer(1, "FAILED\nfailed to parse"),
        Answer(None, trouble="hung"),
        Answer(-9),
    ],
    ids=["silence", "other words", "no entry", "hangs", "killed"],
)
def test_only_success_is_success(answer):
    assert len(judge(answer)) == 1


def test_success():
    assert judge(Answer(0, "\nUnit Testing:  a.test.yaml\nSUCCESS\n")) == ()


@pytest.mark.parametrize("expr", ['ALERTS{a="b"}', "count(ALERTS) > bool 0", "slo:x - 1"])
def test_what_is_asked_is_what_was_meant(expr):
    assert meant(asked(expr)) == expr


def test_no_group_reads_what_it_records(compiled):
    """vmalert shows it when the whole group was evaluated."""
    result = compiled(settings={"targets": ["victoriametrics", "tests"]})
    [shop, _] = result.compiled
    text = next(a.text for a in render(shop, result.project.settings) if a.path.endswith(".rules.yaml"))
    groups = yaml.safe_load(text)["groups"]
    assert len({group["name"] for group in groups}) == len(groups) > 5
    for group in groups:
        recorded = {rule["record"] for rule in group["rules"] if "record" in rule}
        for rule in group["rules"]:
            read = set(re.findall(r"[a-zA-Z_:][\w:]*", rule["expr"]))
            own = {rule.get("record")}  # what a rule recorded before is there already
            assert not (read & recorded) - own or len(group["rules"]) == 1


EVENTS = (
    "  - name: a\n    objective: 99.9\n"
    "    sli: {events: {bad: 'e_total{job=\"s\"}', total: 't_total{job=\"s\"}'}}\n"
)
LATENCY = (
    "  - name: b\n    objective: 99\n    window: {calendar: week}\n"
    "    exclude: [{weekly: 'Sun 02:00-04:00'}, {when: 'down{a=\"b\"} == 1'}]\n"
    "    sli: {latency: {histogram: 'd_seconds{job=\"u\"}', threshold: 1s}}\n"
)


def each_in_turn(test):
    """One of the two in the gate, both in `make versions`."""
    both = pytest.mark.parametrize("slos", [LATENCY, EVENTS], ids=["latency", "events"])
    return pytest.mark.in_turn("slos")(both(test))


def prove(folder, *more, targets="victoriametrics", settings="", slos=EVENTS):
    (folder / "specs").mkdir(exist_ok=True)
    spec = folder / "specs/shop.yaml"
    spec.write_text(f"apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: shop\nslos:\n{slos}")
    head = f"apiVersion: slogen/v1\nkind: Settings\ntargets: [{targets}, tests]\n"
    (folder / "slogen.yaml").write_text(f"{head}prometheus: {{retention: 90d}}\n{settings}")
    runner = CliRunner()
    assert runner.invoke(main, ["generate", str(folder / "specs")]).exit_code == 0
    return runner.invoke(main, ["test", str(folder / "specs"), *more])


@pytest.mark.oracle
@needs_tool
@each_in_turn
def test_rules_for_victoriametrics_are_proven(tmp_path, slos):
    promtool = str(ORACLES / "newest-prometheus/promtool")
    done = prove(tmp_path, "--vmalert-tool", str(TOOLS[-1]), "--promtool", promtool, slos=slos)
    assert done.exit_code == 0, done.output
    assert "all proven with promtool" in done.output
    assert "vmalert-tool" in done.output


@pytest.mark.oracle
@needs_tool
def test_a_wrong_rule_is_told(tmp_path, monkeypatch):
    """What only the rules for VictoriaMetrics have wrong."""
    from slogen.rules import windows

    right = windows._Windows._ratio

    def wrong(self, window, has_pair):
        found = right(self, window, has_pair)
        return f"({found}) / 2" if self.settings.is_late and window == 3600 else found

    monkeypatch.setattr(windows._Windows, "_ratio", wrong)
    done = prove(
        tmp_path, "--vmalert-tool", str(TOOLS[-1]), "--promtool", str(ORACLES / "newest-prometheus/promtool")
    )
    assert done.exit_code == 1, done.output
    assert "NOT proven" in done.output
    assert "slo:sli_error:ratio_rate1h" in done.output


@pytest.mark.usefixtures("bare_path")
def test_without_it_the_rules_are_not_tried(tmp_path):
    done = prove(tmp_path, "--oracles", str(tmp_path / "none"))
    assert "no vmalert-tool was found" in done.output


@pytest.mark.usefixtures("bare_path")
def test_another_program_is_refused(tmp_path):
    other = tmp_path / "vmalert-tool"
    other.write_text("#!/bin/sh\nexit 3\n")
    other.chmod(0o755)
    done = prove(tmp_path, "--vmalert-tool", str(other))
    assert "vmalert-tool-broken" in done.output


@pytest.mark.oracle
@each_in_turn
def test_promtool_takes_the_rules_for_late_engines_too(tmp_path, oracles, slos):
    """Those that have no tester of their own get the same rules as VictoriaMetrics."""
    prove(tmp_path, "--oracles", str(tmp_path / "none"), slos=slos)
    tests = tmp_path / "promtool-tests/shop"
    text = (tmp_path / "generated/victoriametrics/shop.rules.yaml").read_text()
    (tests / "shop.rules.yaml").write_text(text.replace("eval_alignment: false", "limit: 0"))
    promtool = oracles("newest-prometheus", "promtool")
    found = [str(path) for path in sorted(tests.glob("*.test.yaml"))]
    done = subprocess.run([promtool, "test", "rules", *found], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(found) > 15


@pytest.mark.oracle
@needs_tool
def test_two_engines_share_rules_that_are_proven_as_one(tmp_path):
    settings = "groups: {page: prometheus, budget: victoriametrics}\n"
    done = prove(
        tmp_path, "--vmalert-tool", str(TOOLS[-1]), targets="prometheus, victoriametrics", settings=settings
    )
    assert "NOT proven" not in done.output
    assert "vmalert-tool" in done.output
