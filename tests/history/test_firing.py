"""When alerts fire: as promtool says, and as Prometheus' documentation does."""

import random

import pytest
import yaml

from slogen.history.firing import Spell, changes, joined, spells

STEP = 30


def told(pattern, wait=0, keep=0, held=""):
    """The spells of a pattern: "x" where the expression gives a value."""
    moments = [n * STEP for n in range(len(pattern))]
    holds = {at: 1.0 for at, mark in zip(moments, pattern, strict=True) if mark == "x"}
    would = {at for at, mark in zip(moments, held, strict=False) if mark == "x"}
    return [
        (
            s.pending // STEP,
            s.start if s.start is None else s.start // STEP,
            s.end if s.end is None else s.end // STEP,
        )
        for s in spells(moments, holds, would, wait, keep, STEP)
    ]


@pytest.mark.parametrize(
    ("pattern", "wait", "keep", "expected"),
    [
        ("..xx..", 0, 0, [(2, 2, 4)]),
        ("..xx..", 30, 0, [(2, 3, 4)]),
        ("..xx..", 60, 0, [(2, None, 4)]),  # it was over before it fired
        ("x.x.xxx", 60, 0, [(0, None, 1), (2, None, 3), (4, 6, None)]),
        ("..x......", 0, 60, [(2, 2, 5)]),
        ("..x.x....", 0, 60, [(2, 2, 7)]),  # a pause within what it is kept for is none
        ("..x...x..", 0, 60, [(2, 2, 5), (6, 6, None)]),
        ("..x......", 60, 60, [(2, None, 3)]),  # only what fires is kept
        ("xxx", 0, 0, [(0, 0, None)]),
        ("..xx", 45, 0, [(2, None, None)]),
        ("..xxx", 45, 0, [(2, 4, None)]),  # at the first evaluation that is late enough
    ],
)
def test_spells(pattern, wait, keep, expected):
    assert told(pattern, wait, keep) == expected


def test_what_reads_itself_holds_on_once_it_fires():
    assert told("..x......", held=".....xx..") == [(2, 2, 3)]
    assert told("..x......", held="..xxxx...") == [(2, 2, 6)]
    assert told("...........", held="xxxx") == []


def test_between_moments_far_apart_nothing_changes():
    moments = [0, 300, 600, 630, 660, 900]
    holds = {300: 2.0, 600: 5.0, 630: 1.0}
    assert spells(moments, holds, (), 60, 0, STEP) == [Spell(300, 360, 660, 5.0)]
    assert spells(moments, holds, (), 60, 120, STEP) == [Spell(300, 360, 780, 5.0)]
    assert changes(moments, holds, STEP) == [(0, 300)]
    assert changes([0, 300, 600], {0}, STEP) == [(0, 300)]


def test_it_fires_from_its_start_until_before_its_end():
    spell = Spell(0, 60, 120, 1.0)
    assert [spell.fires_at(at) for at in (30, 60, 90, 120)] == [False, True, True, False]
    assert not Spell(0, None, 120, 1.0).fires_at(60)
    assert Spell(0, 60, None, 1.0).fires_at(10_000)


def test_spans_that_meet_are_one():
    assert joined([(50, 60), (0, 10), (10, 20), (55, 90)]) == [(0, 20), (50, 90)]
    assert joined([(0, 10), (15, 20)], within=5) == [(0, 20)]


@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_promtool_fires_at_the_same_evaluations(version, oracles, tmp_path):
    import subprocess

    chance = random.Random(7)
    rules, series, tests = [], [], []
    for number in range(40):
        pattern = "".join(
            chance.choice("xx.") if chance.random() < 0.4 else chance.choice("x..") for _ in range(60)
        )
        wait, keep = chance.choice((0, 30, 45, 90)), chance.choice((0, 30, 45, 120))
        rule = {"alert": f"A{number}", "expr": f"x{number}", "for": f"{wait}s", "keep_firing_for": f"{keep}s"}
        rules.append(rule)
        values = " ".join({"x": "1", ".": "stale"}[mark] for mark in pattern)
        series.append({"series": f"x{number}", "values": values})
        found = spells(
            [n * STEP for n in range(60)],
            {n * STEP: 1.0 for n, mark in enumerate(pattern) if mark == "x"},
            (),
            wait,
            keep,
            STEP,
        )
        for n in range(60):
            fires = any(spell.fires_at(n * STEP) for spell in found)
            firing = f'count(ALERTS{{alertname="A{number}",alertstate="firing"}}) or vector(0)'
            tests.append(
                {
                    "expr": firing,
                    "eval_time": f"{n * STEP}s",
                    "exp_samples": [{"labels": "{}", "value": int(fires)}],
                }
            )
    (tmp_path / "r.yaml").write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}))
    block = {"interval": "30s", "input_series": series, "promql_expr_test": tests}
    document = {"rule_files": ["r.yaml"], "evaluation_interval": "30s", "tests": [block]}
    (tmp_path / "t.yaml").write_text(yaml.safe_dump(document))
    promtool = oracles(f"prometheus-{version}", "promtool")
    done = subprocess.run(
        [promtool, "test", "rules", "t.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[:2000]
