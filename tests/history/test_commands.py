"""What is wrong with a call of backtest or simulate is said before anything is played."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from slogen.cli.commands import main

SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos:
  - name: availability
    objective: 99.9
    sli: {events: {bad: 'bad_total{job="shop"}', total: 'all_total{job="shop"}'}}
  - name: latency
    objective: 99.9
    sli: {events: {bad: 'slow_total{job="shop"}', total: 'all_total{job="shop"}'}}
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/shop.yaml").write_text(SPEC)
    (tmp_path / "empty").mkdir()
    (tmp_path / "wrong.csv").write_text("start,end\nmonday,2026-10-19\n")
    (tmp_path / "of-latency.csv").write_text("start,end,slo\n2026-10-18,2026-10-19,shop/latency\n")
    program = tmp_path / "prometheus"
    program.write_text("#!/bin/sh\necho 'prometheus, version 2.53.0'\n")
    program.chmod(0o755)
    tool = tmp_path / "promtool"
    tool.write_text("#!/bin/sh\necho 'promtool, version 2.53.0'\n")
    tool.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLOGEN_PROMETHEUS_URL", raising=False)
    monkeypatch.delenv("SLOGEN_ORACLES", raising=False)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, arguments)


NAMED = ("--prometheus", "prometheus", "--url", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backtest", "shp", *NAMED), "no spec has an SLO or a service `shp`; did you mean `shop`?"),
        (("backtest", *NAMED, "--fail-if", "outages > 1"), "is none of `pages > 4`"),
        (("backtest", *NAMED, "--fail-if", "missed > 0"), "`missed` is of --incidents"),
        (("backtest", *NAMED, "--incidents", "none.csv"), "--incidents none.csv: No such file"),
        (("backtest", *NAMED, "--incidents", "wrong.csv"), "wrong.csv:2:1: error[incident-list]"),
        (("backtest", "shop/availability", *NAMED, "--incidents", "of-latency.csv"), "no incident is of"),
        (("backtest", *NAMED, "--from", "yesterday"), "`yesterday` is no time"),
        (("backtest", *NAMED, "--from", "-5m"), "--from is an hour to 400 days before --to"),
        (("backtest", *NAMED, "--from", "-100000y"), "--from is an hour to 400 days before --to"),
        (("backtest", *NAMED, "--objective", "99,100"), "an objective of `100` can't be compared with"),
        (("backtest", *NAMED, "--against", "no-such-revision"), "git"),
        (("backtest", *NAMED, "--tsdb", "empty"), "--tsdb is instead of a server"),
        (("backtest", *NAMED[:2], "--tsdb", "empty"), "holds no database of Prometheus"),
        (("backtest", *NAMED[:2]), "no server is named"),
        (("backfill", *NAMED), "say --out, the folder to write into, or --remote-write, or --check"),
        (("backfill", *NAMED, "--out", "new", "--remote-write", "http://127.0.0.1:9"), "say --out"),
        (("simulate", *NAMED[:2], "--story", "outtage"), "did you mean `outage`"),
        (("simulate", *NAMED[:2], "--story", "outage", "--story", "leak", "--picture", "a.svg"), "one story"),
    ],
)
def test_a_wrong_call_is_told(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_without_a_prometheus_it_says_what_to_name(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    result = run("simulate")
    assert result.exit_code == 2
    assert (
        "prometheus was not found: rules are played by a real one; name it with --prometheus" in result.output
    )


def test_stories_are_listed():
    result = run("simulate", "--list")
    assert result.exit_code == 0
    assert "outage       Everything fails for 20 minutes." in result.output
