"""May this be deployed: every verdict, every reason and every exit code, as a user calls it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slogen.live.errors import Fault, ServerError
from slogen.live.gate.decide import Gate, Judged, judge
from slogen.live.gate.patience import Patience, asked_until
from slogen.live.gate.verdict import Reason, Verdict
from slogen.live.status import Budget, Burn, Standing, State, Status
from slogen.report.gate import FORMS
from slogen.settings import GateSettings
from tests.live.conftest import AT
from tests.live.fleet import Recorded, recorded
from tests.live.past import now, prometheus

from .conftest import gated

FINE = Recorded("shop/api")
PAGE = {"slo_tier": "page_fast", "severity": "page"}
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\n"


def one(run, *slos: Recorded, args: tuple[str, ...] = (), **served: Any) -> tuple[int, dict[str, Any]]:
    with gated(*slos, **served) as (fake, _):
        done = run("gate", "--url", fake.url, "--at", AT, "--format", "json", *args)
    assert done.stdout, done.stderr
    return done.exit_code, json.loads(done.stdout)


def reasons(found: dict[str, Any], number: int = 0) -> dict[str, str]:
    return {reason["rule"]: reason["verdict"] for reason in found["slos"][number]["reasons"]}


ALL = {"budget": "go", "burn 1h": "go", "pages": "go", "age": "go"}


@pytest.mark.parametrize(
    ("slo", "differs", "verdict", "code"),
    [
        (FINE, {}, "go", 0),
        (Recorded("shop/api", left=0.1), {}, "go", 0),
        (Recorded("shop/api", left=0.09), {"budget": "blocked"}, "blocked", 1),
        (Recorded("shop/api", left=-2.0), {"budget": "blocked"}, "blocked", 1),
        (Recorded("shop/api", burn=(50, 1.9, 9)), {}, "go", 0),
        (Recorded("shop/api", burn=(0, 2.0, 0)), {"burn 1h": "blocked"}, "blocked", 1),
        (Recorded("shop/api", firing=(PAGE,)), {"pages": "blocked"}, "blocked", 1),
        (Recorded("shop/api", firing=({"severity": "ticket"},)), {}, "go", 0),
    ],
)
def test_the_usual_policy(run, slo, differs, verdict, code):
    exit_code, found = one(run, slo)
    assert (found["verdict"], exit_code) == (verdict, code)
    assert reasons(found) == {**ALL, **differs}


@pytest.mark.parametrize(
    ("slo", "rules"),
    [
        (Recorded("shop/api", rate=None), {"data": "unknown", "pages": "go"}),
        (Recorded("shop/api", rate=0.0, left=None), {**ALL, "budget": "unknown"}),
        (Recorded("shop/api", left=None), {"data": "unknown", "pages": "go"}),
    ],
)
def test_no_data_and_no_events_are_never_fine(run, slo, rules):
    exit_code, found = one(run, slo)
    assert (found["verdict"], exit_code) == ("unknown", 5)
    assert reasons(found) == rules
    assert one(run, slo, args=("--unknown", "ok"))[0] == 0


def test_a_page_blocks_where_nothing_else_is_known(run):
    exit_code, found = one(run, Recorded("shop/api", rate=None, firing=(PAGE,)))
    assert (found["verdict"], exit_code) == ("blocked", 1)


@pytest.mark.usefixtures("specs")
def test_specs_whose_rules_are_not_there(run):
    exit_code, found = one(run, FINE)
    assert (found["verdict"], exit_code) == ("unknown", 5)
    assert [(slo["id"], slo["verdict"]) for slo in found["slos"]] == [
        ("shop/api", "go"),
        ("shop/stock", "unknown"),
    ]
    assert "none of its rules" in found["slos"][1]["reasons"][0]["words"]


def test_how_much_of_a_young_budget_is_known_is_said(run):
    _, found = one(run, Recorded("shop/api", age=0.05))
    assert found["slos"][0]["reasons"][0]["words"] == "80 % left, 10 % needed; 1h12m of 30d are known"


@pytest.mark.parametrize(
    ("ages", "verdict", "words"),
    [
        ({"shop": 299.0}, "go", "4m59s ago, 5m at most"),
        ({"shop": 301.0}, "unknown", "5m1s ago"),
        ({"shop": -59.0}, "go", "0s ago"),
        ({"shop": -61.0}, "unknown", "still to come"),
        ({"shop": -9000.0}, "unknown", "still to come"),
        ({"shop": -1e300}, "unknown", "still to come"),
        ({"shop": float("nan")}, "unknown", "nobody knows when"),
        ({}, "unknown", "nobody knows when"),
    ],
)
def test_rules_that_were_not_evaluated_lately_tell_nothing(run, ages, verdict, words):
    exit_code, found = one(run, FINE, ages=ages)
    assert (found["verdict"], exit_code) == (verdict, 0 if verdict == "go" else 5)
    assert words in found["slos"][0]["reasons"][-1]["words"]


@pytest.mark.parametrize(
    ("left", "needed", "words"),
    [
        (0.0009, "0.1%", "0.09 % left, 0.1 % needed"),
        (0.0, "0.1%", "0 % left, 0.1 % needed"),
        (-0.001, "0.25%", "-0.1 % left, 0.25 % needed"),
        (0.0299, "12.5%", "2 % left, 12.5 % needed"),
        (-0.181, "1%", "-19 % left, 1 % needed"),
    ],
)
def test_what_is_less_than_a_percent_is_shown(run, left, needed, words):
    _, found = one(run, Recorded("shop/api", left=left), args=("--budget-left", needed))
    assert found["slos"][0]["reasons"][0]["words"].startswith(words)


def test_a_partial_answer_is_not_fine(run):
    exit_code, found = one(run, FINE, warnings=("a store is away",))
    assert (found["verdict"], exit_code) == ("unknown", 5)
    assert found["warnings"] == ["a store is away"]
    exit_code, found = one(run, Recorded("shop/api", left=0.0), warnings=("a store is away",))
    assert (found["verdict"], exit_code) == ("blocked", 1)


def test_the_worst_group_counts_and_is_named():
    def group(model: str, left: float, hour: float) -> Standing:
        budget, burn = Budget(left, 1, 1), Burn(hour, hour, hour)
        return Standing("shop/api", group={"model": model}, state=State.HEALTHY, budget=budget, burn=burn)

    status = Status(AT, "", (group("a", 0.05, 0), group("b", 0.02, 9), group("c", 1, 10)))
    (judged,) = judge(status, GateSettings(), {"shop": 1})
    assert [(reason.rule, reason.verdict, reason.words) for reason in judged.reasons[:2]] == [
        ("budget", "blocked", "2 % left, 10 % needed (model=b)"),
        ("burn 1h", "blocked", "10.0x, below 2x needed (model=c)"),
    ]
    status = Status(AT, "", (group("a", 0.5, 0), Standing("shop/api", group={"model": "b"})))
    (judged,) = judge(status, GateSettings(), {"shop": 1})
    assert judged.verdict is Verdict.UNKNOWN
    assert "there is no data (model=b)" in [reason.words for reason in judged.reasons]


@dataclass(frozen=True)
class Without1h(Recorded):
    """An SLO none of whose alerts reads the last hour."""

    def samples(self, now: float) -> Iterator[tuple[Mapping[str, str], float]]:
        found = super().samples(now)
        return ((k, v) for k, v in found if k["__name__"] != "slo:sli_error:ratio_rate1h")


@pytest.mark.parametrize(
    ("pairs", "verdict", "words"),
    [
        ({"1h": (0.01, 10.0)}, "go", "1.0x, below 2x needed"),
        ({"1h": (0.05, 10.0)}, "blocked", "5.0x, below 2x needed"),
        ({"1h": (0.0, 0.0)}, "unknown", "not recorded"),
        ({}, "unknown", "not recorded"),
    ],
)
def test_an_hour_that_no_alert_reads_is_that_of_its_pair(run, pairs, verdict, words):
    _, found = one(run, Without1h("shop/api"), pairs=pairs)
    burn = next(reason for reason in found["slos"][0]["reasons"] if reason["rule"] == "burn 1h")
    assert (burn["verdict"], burn["words"]) == (verdict, words)


@dataclass(frozen=True)
class WithoutBurn(Recorded):
    """An SLO with events and a budget, of which no rule records how it burns."""

    def samples(self, now: float) -> Iterator[tuple[Mapping[str, str], float]]:
        found = super().samples(now)
        lost = ("slo:current_burn_rate:ratio", "slo:sli_error:ratio_rate")
        return ((k, v) for k, v in found if not k["__name__"].startswith(lost))


@pytest.mark.parametrize(("rate", "verdict"), [(10.0, "unknown"), (-1.0, "unknown"), (0.0, "go")])
@pytest.mark.parametrize("window", ["now", "1h", "6h"])
def test_a_burn_that_is_not_recorded_is_fine_without_events_alone(run, rate, verdict, window):
    exit_code, found = one(run, WithoutBurn("shop/api", rate=rate), args=("--burn-below", f"{window}=2"))
    assert (reasons(found)[f"burn {window}"], exit_code) == (verdict, 0 if verdict == "go" else 5)


def test_one_of_many_blocks(run):
    slos = (FINE, Recorded("shop/old", left=0.0), Recorded("shop/lost", rate=None))
    exit_code, found = one(run, *slos)
    assert (found["verdict"], exit_code) == ("blocked", 1)
    assert found["summary"] == {"go": 1, "blocked": 1, "unknown": 1}


# --- policies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "slo", "code"),
    [
        (("--budget-left", "25%"), Recorded("shop/api", left=0.2), 1),
        (("--budget-left", "none"), Recorded("shop/api", left=-1.0), 0),
        (("--burn-below", "0.1"), FINE, 1),
        (("--burn-below", "now=5", "--burn-below", "6h=1"), Recorded("shop/api", burn=(4, 99, 0.9)), 0),
        (("--burn-below", "now=5", "--burn-below", "6h=1"), Recorded("shop/api", burn=(4, 0, 1.1)), 1),
        (("--pages", "ignore"), Recorded("shop/api", firing=(PAGE,)), 0),
        (("--policy", "loose"), Recorded("shop/api", left=0.0), 0),
        (("--policy", "loose", "--budget-left", "10%"), Recorded("shop/api", left=0.0), 1),
        ((), Recorded("shop/api", left=0.4), 1),
    ],
)
def test_policies_of_settings_and_of_the_call(run, tmp_path, args, slo, code):
    gates = "gates: {default: {budget_left: 50%}, loose: {budget_left: none, burn_below: none}}\n"
    (tmp_path / "slogen.yaml").write_text(SETTINGS + gates)
    if args and "left" not in args[0] and "policy" not in args[0]:
        args = ("--policy", "loose", *args)
    assert one(run, slo, args=args)[0] == code


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--policy", "strikt"), "has no policy `strikt` in `gates`; did you mean `strict`?"),
        (("--budget-left", "150%"), "--budget-left: no more than 100%"),
        (("--budget-left", "much"), "--budget-left: `budget_left` cannot be `much`"),
        (("--burn-below", "1h=2", "--burn-below", "3"), "--burn-below 3: of several, each names its window"),
        (("--burn-below", "2h=2"), "--burn-below: "),
        (("--max-age", "10s"), "--max-age: budgets are evaluated every 2m"),
        (("--override", " "), "say why"),
        (("--label", "a"), "--label is NAME=VALUE"),
        (("nothing/here",), "have an SLO or a service `nothing/here`"),
        (("--owner", "nobody"), "no SLO was selected"),
        (("--service", "nobody"), "no SLO was selected"),
        (("--wait", "soon"), "`soon` is no duration"),
        (("--wait", "10m", "--every", "0s"), "`0s` is no duration above 0"),
        (("--budget-left", "0.1"), "--budget-left: this is 0.1 percent of the budget; write `0.1%`"),
        (("--budget-left", "0.999"), "this is 0.999 percent"),
    ],
)
def test_mistakes_of_the_call(run, tmp_path, args, words):
    (tmp_path / "slogen.yaml").write_text(SETTINGS + "gates: {strict: {budget_left: 50%}}\n")
    with gated(FINE) as (fake, _):
        done = run("gate", "--url", fake.url, "--at", AT, *args)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_policy_that_cannot_be_read_is_not_the_usual_one(run, tmp_path):
    (tmp_path / "slogen.yaml").write_text(SETTINGS + "gates: {default: {budget_left: 500%}}\n")
    with gated(FINE) as (fake, _):
        done = run("gate", "--url", fake.url, "--at", AT)
    assert done.exit_code == 2
    assert "gate-policy" in done.stderr


def test_selection(run):
    slos = (FINE, Recorded("shop/old", left=0.0), Recorded("chat/api", owner="team-b"))
    for args, ids in (
        (("shop",), ["shop/api", "shop/old"]),
        (("*/api",), ["chat/api", "shop/api"]),
        (("--owner", "team-b"), ["chat/api"]),
        (("--service", "shop", "*/api"), ["shop/api"]),
    ):
        assert [slo["id"] for slo in one(run, *slos, args=args)[1]["slos"]] == ids


@pytest.mark.parametrize("args", [(), ("shop/api",), ("--owner", "team-b")])
def test_what_is_missing_from_a_partial_answer_is_no_mistake_of_the_call(run, args):
    exit_code, found = one(run, args=args, warnings=("a store is away",))
    assert (exit_code, found["verdict"], found["slos"]) == (5, "unknown", [])
    assert found["warnings"] == ["a store is away"]


def test_a_server_without_any_slo_lets_nothing_through(run):
    with gated() as (fake, _):
        done = run("gate", "--url", fake.url, "--at", AT)
    assert (done.exit_code, "no SLO was selected" in done.stderr) == (2, True)


# --- people, pipelines, servers that are away -------------------------------------------------------


def test_dry_runs_and_overrides_end_with_0_and_say_so(run):
    blocked = Recorded("shop/api", left=0.0)
    exit_code, found = one(run, blocked, args=("--dry-run",))
    assert (exit_code, found["verdict"], found["dry_run"]) == (0, "blocked", True)
    exit_code, found = one(run, blocked, args=("--override", "INC-7: the fix"))
    assert (exit_code, found["verdict"], found["override"]) == (0, "blocked", "INC-7: the fix")


@pytest.mark.parametrize(
    ("on_error", "args", "code"),
    [
        ("deny", (), 4),
        ("allow", (), 0),
        ("unknown", (), 5),
        ("unknown", ("--unknown", "ok"), 0),
        ("deny", ("--unknown", "ok"), 4),
        ("deny", ("--override", "the server is what we mend"), 0),
        ("deny", ("--dry-run",), 0),
    ],
)
def test_a_server_that_cannot_be_asked(run, tmp_path, on_error, args, code):
    (tmp_path / "slogen.yaml").write_text(f"{SETTINGS}gates: {{default: {{on_error: {on_error}}}}}\n")
    with gated(FINE, refuses=True) as (fake, _):
        done = run("gate", "--url", fake.url, "--retries", "0", "--format", "json", *args)
    assert done.exit_code == code
    found = json.loads(done.stdout)
    assert found["error"]["kind"] == "auth"
    if code != 4:
        assert found["verdict"] == ("go" if on_error == "allow" else "unknown")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_all_reasons_and_means_nothing_by_it(run, form):
    odd = Recorded("shop/api", left=0.0, groups=({"model": "a\x1b[31m\n::error::b%"},))
    with gated(odd, Recorded("shop/fine")) as (fake, _):
        done = run("gate", "--url", fake.url, "--at", AT, "--format", form)
    assert done.exit_code == 1
    percent = "%25" if form == "github" else "%"
    assert f"0 {percent} left, 10 {percent} needed" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\n::error::b" not in done.stdout
    if form == "text":
        assert "blocked: shop/api\n" in done.stdout
        assert "go: shop/fine\n" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("blocked: 1 go, 1 blocked (policy default, 2026-11-28")
    if form == "github":
        assert all(line.startswith("::") for line in done.stdout.splitlines())
        assert sum(line.startswith("::error") for line in done.stdout.splitlines()) == 2


def test_every_field_is_in_the_docs(run):
    page = (Path(__file__).parents[3] / "docs" / "live" / "gate.md").read_text()
    _, found = one(run, Recorded("shop/api", left=0.0), args=("--override", "x"))

    def names(node: Any) -> set[str]:
        if isinstance(node, dict):
            return set(node) | {name for value in node.values() for name in names(value)}
        return {name for value in node for name in names(value)} if isinstance(node, list) else set()

    assert [name for name in sorted(names(found)) if not re.search(rf"`(\w+\.)*{name}`", page)] == []


# --- waiting --------------------------------------------------------------------------------------


def gate_of(rule: str, verdict: Verdict) -> Gate:
    return Gate(0, "", "", (Judged("a/b", (Reason(rule, verdict, ""),)),))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def asked(*answers: Gate | ServerError, length: float = 100) -> tuple[Any, float]:
    clock, left = Clock(), list(answers)

    def ask() -> Gate:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, ServerError):
            raise found
        return found

    return asked_until(ask, Patience(length, 30), clock, clock.sleep).verdict, clock.now


AWAY = ServerError(Fault.REFUSED, "a", "b")


@pytest.mark.parametrize(
    ("answers", "verdict", "waited"),
    [
        ((gate_of("pages", Verdict.GO),), Verdict.GO, 0),
        ((gate_of("pages", Verdict.BLOCKED), gate_of("pages", Verdict.GO)), Verdict.GO, 30),
        ((gate_of("burn 1h", Verdict.BLOCKED),), Verdict.BLOCKED, 100),
        ((gate_of("age", Verdict.UNKNOWN), AWAY, gate_of("age", Verdict.GO)), Verdict.GO, 60),
        ((gate_of("budget", Verdict.BLOCKED),), Verdict.BLOCKED, 0),
        ((gate_of("canary", Verdict.BLOCKED),), Verdict.BLOCKED, 0),
        ((gate_of("canary", Verdict.UNKNOWN), gate_of("canary", Verdict.GO)), Verdict.GO, 30),
    ],
)
def test_it_waits_for_what_may_pass(answers, verdict, waited):
    assert asked(*answers) == (verdict, waited)


def test_it_does_not_wait_unless_it_is_told_to():
    assert asked(gate_of("pages", Verdict.BLOCKED), length=0) == (Verdict.BLOCKED, 0)


def test_a_server_that_stays_away_is_told_at_the_end():
    with pytest.raises(ServerError):
        asked(AWAY)


def test_waiting_as_a_user_calls_it(run):
    with gated(Recorded("shop/api", firing=(PAGE,))) as (fake, served):
        served.then = (FINE,)
        done = run("gate", "--url", fake.url, "--at", AT, "--wait", "60s", "--every", "1s")
    assert (done.exit_code, done.stdout.startswith("go: shop/api")) == (0, True)


# --- a real Prometheus ----------------------------------------------------------------------------


@pytest.mark.server
@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_a_real_prometheus(run, oracles, tmp_path, version):
    binary = oracles(f"prometheus-{version}", "prometheus").parent
    slos = (
        FINE,
        Recorded("shop/spent", left=-0.2),
        Recorded("shop/paging", firing=(PAGE,)),
        Recorded("shop/lost", rate=None),
        Without1h("chat/api"),
    )
    moment = now()
    with prometheus(binary, tmp_path / "prometheus", recorded(slos, moment)) as url:
        found = {}
        for slo in slos:
            done = run("gate", slo.slo_id, "--url", url, "--at", moment, "--format", "json")
            found[slo.slo_id] = (done.exit_code, json.loads(done.stdout)["verdict"])
        later = run("gate", "shop/api", "--url", url, "--at", moment + 200, "--max-age", "4m").exit_code
        stale = run("gate", "shop/api", "--url", url, "--at", moment + 270, "--max-age", "4m").exit_code
        gone = [
            run("gate", *words, "--url", url, "--at", moment + 900).exit_code for words in (["shop/api"], [])
        ]
    assert found == {
        "shop/api": (0, "go"),
        "shop/spent": (1, "blocked"),
        "shop/paging": (1, "blocked"),
        "shop/lost": (5, "unknown"),
        "chat/api": (5, "unknown"),
    }
    assert (later, stale, gone) == (0, 5, [5, 5])
