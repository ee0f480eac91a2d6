"""Each check of what runs is clean on a server that is well, and red where exactly that is broken."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import pytest
import yaml
from hypothesis import strategies as st

from slogen.live.doctor.checks import CHECKS
from slogen.live.errors import ServerError
from slogen.owners import routing_of
from slogen.pipeline import compile_rules_of
from slogen.render.alertmanager import sections
from tests.live.fake import Said, failure, vector

from .servers import NONE, NOTIFICATIONS, World, asking, clusters, examined, group_of, well
from .worlds import EVENTS, HEAD, LATENCY, SPEC, shown

Break = Callable[[World], Any]


def query(pattern: str, *samples: Any) -> Break:
    return lambda world: world.queries.append((pattern, samples))


def path(name: str, data: Any) -> Break:
    return lambda world: world.paths.update({name: data})


def group(change: Callable[[dict[str, Any]], Any]) -> Break:
    """Change the first group of rules that the server has."""
    return lambda world: change(world.paths["rules"]["groups"][0])


def rule(**fields: Any) -> Break:
    return group(lambda found: found["rules"][0].update(fields))


def more(change: Callable[[list[Any]], Any]) -> Break:
    return lambda world: change(world.paths["rules"]["groups"])


ALERT = group(lambda found: next(r for r in found["rules"] if r["type"] == "alerting").update(duration=7))


def RECORDED(world: World) -> None:  # noqa: N802
    world.paths["rules"]["groups"].append({"rules": [{"type": "recording", "name": "requests_total"}]})
    world.queries.append((r"by \(instance\)", [({"instance": "a"}, 2), ({}, 1)]))


def KEPT(world: World) -> None:  # noqa: N802
    """A recording rule that keeps `instance`."""
    world.paths["rules"]["groups"].append({"rules": [{"type": "recording", "name": "requests_total"}]})


LATE = group(lambda found: found.update(lastEvaluation="2024-01-01T00:00:00Z"))
AT_ONE = ({}, 1.0)

# check, what is broken, severity and code, words of message and hint
KEYS = ["groups", "rules", "name", "labels", "interval", "lastEvaluation", "route", "routes", "receivers"]
KEYS += ["matchers", "inhibit_rules", "status", "state", "endsAt", "config", "group_wait", "global", "type"]
GROUP = "slogen:api:page"
AGED = [({"slo_id": f"api/{name}"}, 4 * 86400.0) for name in ("availability", "latency", "score")]
OLD = {"version": "2.37.1", "goVersion": "go"}
OTHER = {"yaml": "global: {external_labels: {cluster: us}}"}
UNREAD = r"^count(?: by \(.*\) )?\((score|wait_seconds_(count|bucket))(\{.*\})?\)$"
CASES: list[tuple[str, Break, str, str, str]] = [
    ("metrics", query(r"^count\(last_over_time", ({}, 4)), "E", "gone-metric", "had 4 in the last 7d"),
    ("forms", query(r"^count\(wait_seconds\)$", AT_ONE), "E", "not-classic", "not as a classic histogram"),
    ("up", query(r"^count\(up\{job=\"api\"\}\)$"), "E", "no-targets", 'there is no up{job="api"}'),
    ("up", query(r"^count\(up.* == 0\)$", AT_ONE), "E", "targets-down", "1 of 1 targets"),
    ("up", query(r"== 1 unless on", ({}, 3)), "W", "shared-job", "3 targets"),
    ("scrapes", query(r"^quantile", ({}, 4)), "E", "rare-scrapes", "every 2m30s, and not every 30s"),
    ("scrapes", query(r"^quantile", ({}, 10)), "W", "rare-scrapes", "every 1m, and not every 30s"),
    ("scrapes", query(r"^min\(count_over", ({}, 11)), "W", "missed-scrapes", "55% as often"),
    ("scrapes", query(r"^max\(max_over", ({}, 240)), "W", "missed-scrapes", "was scraped with a gap of 240s"),
    ("scrapes", query(r"^1 - min", ({}, 0.05)), "W", "failed-scrapes", "5.0% of the scrapes"),
    ("newborn", query(r"unless .* offset 1h", AT_ONE), "I", "newborn-series", "1 of 1 series"),
    ("newborn", query(r"resets", ({}, 12)), "W", "falling-counter", "falls 12.0 times an hour"),
    ("late", query(r"timestamp\(score", ({}, 290)), "W", "late-samples", "is 290s old"),
    ("rules", more(lambda found: found.pop(0)), "E", "rules-missing", "1 of 3 groups"),
    ("rules", more(lambda found: found.append(found[0])), "E", "rules-twice", "is loaded 2 times"),
    ("rules", more(lambda found: found.append({"name": "slogen:x:page"})), "W", "stray-rules", "slogen:x"),
    ("rules", rule(query="vector(2)"), "E", "rules-differ", "the expression of"),
    ("rules", rule(labels={"slo_id": "x"}), "E", "rules-differ", "a label of"),
    ("rules", rule(name="x"), "E", "rules-differ", "the name of"),
    ("rules", ALERT, "E", "rules-differ", "`for` of"),
    ("rules", group(lambda found: found["rules"].pop()), "E", "rules-differ", "rules on the server, and"),
    ("rules", group(lambda found: found.update(interval=120)), "E", "rules-differ", "evaluated every 120s"),
    ("evaluations", rule(health="err", lastError="duplicate"), "E", "rule-fails", "duplicate"),
    ("evaluations", group(lambda found: found.update(evaluationTime=20)), "W", "slow-rules", "takes 20.0s"),
    ("evaluations", LATE, "E", "late-rules", "last"),
    ("evaluations", query(r"missed", ({"rule_group": f"/r;{GROUP}"}, 7)), "W", "missed-evaluations",
     "slogen:api:page has missed 7 evaluations"),
    ("history", query(r"first_seen", ({"slo_id": "api/latency"}, 3e6)), "W", "no-history", "`api/avail"),
    ("history", query(r"first_seen", *AGED), "I", "short-history", "has 4d of 30d"),
    ("history", query(r"\(slogen_up", ({"slo_service": "api"}, 0.5)), "W", "history-gaps", "50% of"),
    ("recorded", RECORDED, "E", "counted-twice", "and what a rule records of it"),
    ("recorded", KEPT, "W", "counted-twice", "a rule of the server records `requests_total`"),
    ("retention", path("status/runtimeinfo", {"storageRetention": "15d"}), "E", "short-retention", "15d"),
    ("identity", query(r"slogen_slo_info", ({"slo_id": "api/score"}, 2)), "E", "recorded-twice", "2 times"),
    ("identity", path("status/config", OTHER), "W", "label-clash", "us"),
    ("server", path("status/buildinfo", OLD), "E", "old-server", "2.37"),
    ("server", lambda world: setattr(world, "clock", 60.0), "W", "server-clock", "s ahead of"),
    ("notifications", path("alertmanagers", {"activeAlertmanagers": []}), "E", "no-alertmanager", "nobody"),
    ("notifications", query(r"dropped_total", ({}, 5)), "E", "dropped-alerts", "dropped 5 alerts"),
    ("notifications", query(r"failed_total", ({"integration": "slack"}, 5)), "W", "failed-notifications", ""),
    ("exclusions", query(r"^count\(maintenance\)"), "W", "no-exclusion-data", "never excludes anything"),
]  # fmt: skip
EXCLUDING = SPEC.replace(
    "    objective: 95\n", "    objective: 95\n    exclude: [{when: 'maintenance == 1'}]\n"
)


def test_a_server_that_is_well():
    found = examined(well(EXCLUDING))
    assert shown(found.problems) == []
    assert found.is_known
    assert {o.check: o.why for o in found.outcomes if o.state != "done"} == {
        "routes": ("the project has no notifications",),
        "silences": ("nobody said where its Alertmanager is: give --alertmanager-url",),
        "boards": ("nobody said where Grafana is: give --grafana-url",),
    }
    assert [outcome.check for outcome in found.outcomes] == list(CHECKS)


def test_a_server_with_the_rules_of_two_clusters():
    """Those of the other are neither there twice, nor this cluster's trouble, nor its history."""
    eu, us = clusters()
    world = well(EXCLUDING)
    mine, theirs = (
        [group_of(group, time.time()) for file in compile_rules_of(each) for group in file.groups]
        for each in (eu, us)
    )
    theirs[0]["rules"][0]["lastError"] = "broken"
    world.project, world.rules = eu, compile_rules_of(eu)
    world.paths["rules"] = {"groups": [*theirs, *mine]}
    of_both = r"slogen_slo_info\)|first_seen_timestamp_seconds\)|slogen_up\["
    world.queries.append((of_both, [({"slo_id": "api/score", "slo_service": "api"}, 2)]))
    asked = ["rules", "evaluations", "identity", "history"]
    assert shown(examined(world, asked).problems) == []
    world.paths["rules"] = {"groups": [*theirs, *mine, mine[0]]}
    assert ["loaded 2 times" in line for line in shown(examined(world, asked).problems)] == [True]
    world.paths["rules"] = {"groups": theirs}
    [missing] = shown(examined(world, asked).problems)
    assert "load generated/eu-1/prometheus/*.rules.yaml" in missing


@pytest.mark.parametrize(
    ("check", "broken", "severity", "code", "message"),
    CASES,
    ids=[f"{c[3]}-{n}" for n, c in enumerate(CASES)],
)
def test_what_is_broken_is_found(check, broken, severity, code, message):
    world = well(EXCLUDING)
    if code in ("gone-metric", "not-classic"):
        world.queries.append((UNREAD, NONE))
    broken(world)
    found = examined(world, [check])
    matching = [line for line in shown(found.problems) if f" {severity} {code} " in line]
    assert matching, (shown(found.problems), found.outcomes)
    assert message in matching[0]
    assert found.is_known


def test_one_job_of_many_that_is_gone():
    """Its series were there a moment ago: no value is wrong, and a histogram is told of once."""
    world = well()
    both = [{"job": "other"}, {"job": "third"}]
    world.queries += [
        (r"^count\(last_over_time\((wait|requests)", [({}, 4)]),
        (r"^time\(\) - max\(max_over_time\(timestamp\(", [({}, 1200)]),
        (r"^count by \(job\)", [(labels, 1) for labels in both]),
        (r"^count by \(code\)", [({"code": "503"}, 1)]),
        (r'^count\((wait|requests)\w*\{.*job="api"', NONE),
    ]
    found = examined(world, ["metrics", "labels", "series"])
    assert {problem.code for problem in found.problems} == {"gone-metric"}
    assert len(found.problems) == 3  # bad and total, and the histogram
    assert "but had 4 in the last 7d, the last 20m ago" in found.problems[0].message


def test_a_histogram_with_a_wrong_value_is_told_of_once():
    world = well()
    world.queries += [
        (r"last_over_time", NONE),
        (r"^count by \(job\)", [({"job": "other"}, 1)]),
        (r'^count\(wait\w*\{.*job="api"', NONE),
    ]
    found = examined(world, ["metrics", "labels", "series"])
    assert [problem.code for problem in found.problems if problem.slo == "api/latency"] == ["no-such-value"]


def test_nothing_else_is_found_where_one_thing_is_broken():
    world = well()
    path("alertmanagers", {"activeAlertmanagers": []})(world)
    assert [problem.code for problem in examined(world).problems] == ["no-alertmanager"]


def test_who_shares_a_job_is_warned_where_nothing_but_the_job_tells():
    """The rules of `availability` look at what exposed its failures, those of `latency` at any target."""
    shared = (r"== 1 unless on", [({}, 3)])
    world = well(HEAD + EVENTS)
    world.queries.append(shared)
    [told] = examined(world, ["up"]).problems
    assert (told.severity.value, told.slo) == ("info", "api/availability")
    world = well(HEAD + EVENTS + LATENCY)
    world.queries.append(shared)
    [told] = examined(world, ["up"]).problems
    assert (told.severity.value, told.slo) == ("warning", "api/latency")
    assert "nobody is paged when all that have it are gone" in told.message


def test_labels_of_up_that_targets_lack_are_left_out():
    """As the rules do: with job and instance, where `up` is never seen with the others."""
    spec = SPEC.replace('job="api"', 'job="api", namespace="web"')
    world = well(spec)
    world.queries.append((r"^count\(up\{.*namespace", NONE))
    assert shown(examined(world, ["up"]).problems) == []


@pytest.mark.parametrize("name", ["status/runtimeinfo", "status/config", "alertmanagers"])
def test_what_a_server_does_not_tell_is_not_asked(name):
    world = well()
    del world.paths[name]
    found = examined(world)
    assert shown(found.problems) == []
    assert found.is_known
    assert len([o for o in found.outcomes if o.state == "not asked"]) == 4


@pytest.mark.parametrize(
    ("rules", "unknown"),
    [
        (failure(404, "no"), ["rules", "evaluations"]),
        ({"groups": "?"}, ["recorded", "rules", "evaluations"]),
        (Said(403, b"no"), ["recorded", "rules", "evaluations"]),
    ],
)
def test_rules_that_cannot_be_asked_are_unknown(rules, unknown):
    """Nobody may take that for rules that are well."""
    world = well()
    world.paths["rules"] = rules
    found = examined(world)
    assert [o.check for o in found.outcomes if o.state == "unknown"] == unknown
    assert not found.is_known


@pytest.mark.parametrize(
    "answer", [Said(500, b"oops"), Said(403, b"no"), Said(200, b"<html>"), None, 7, [None]]
)
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("metadata", "types"),
        ("status/buildinfo", "server"),
        ("status/runtimeinfo", "retention"),
        ("status/config", "identity"),
        ("alertmanagers", "notifications"),
        ("silences", "silences"),
        ("status", "routes"),
    ],
)
def test_what_a_server_should_have_told_is_unknown(name, check, answer):
    """And the other findings are told; only a server without such a path isn't asked."""
    world = deployed()
    world.paths |= {"alertmanagers": {"activeAlertmanagers": []}, name: answer}
    found = examined(world, ["notifications", check], alertmanager=True)
    (outcome,) = [outcome for outcome in found.outcomes if outcome.check == check]
    assert outcome.state == "unknown", outcome
    assert name == "alertmanagers" or [problem.code for problem in found.problems] == ["no-alertmanager"]
    if isinstance(answer, Said):
        assert f"/{name}: " in outcome.why[0]


@pytest.mark.parametrize(
    ("name", "answer", "check"),
    [
        ("alertmanagers", {"activeAlertmanagers": [None]}, "notifications"),
        ("silences", {"status": "success", "data": None}, "silences"),
    ],
)
def test_what_is_no_answer_is_unknown(name, answer, check):
    world = well()
    world.paths[name] = answer
    assert not examined(world, [check], alertmanager=True).is_known


@pytest.mark.parametrize("kinds", [("counter", "gauge"), ("gauge", "counter")])
def test_a_metric_of_two_types_is_unknown(kinds):
    """Which of them the selected series are of, nobody says."""
    world = well()
    world.paths["metadata"] = {"requests_total": [{"type": kind} for kind in kinds]}
    found = examined(world, ["types"])
    assert found.problems == ()
    assert [o.why for o in found.outcomes if o.state == "unknown"] == [
        ("targets say that `requests_total` is a counter and a gauge",)
    ]


@pytest.mark.parametrize("answer", [failure(404, "no"), Said(400, b'unsupported path requested: "/x"')])
def test_a_path_that_a_server_does_not_have_is_not_asked(answer):
    world = well()
    for name in ("metadata", "status/buildinfo", "status/runtimeinfo", "status/config", "alertmanagers"):
        world.paths[name] = answer
    found = examined(world, ["types", "server", "retention", "identity", "notifications"])
    assert {outcome.state for outcome in found.outcomes} == {"not asked"}


def test_a_server_without_rules_of_its_own():
    """VictoriaMetrics says that it has none; a Prometheus that says so has none."""
    world = well()
    world.paths["rules"] = {"groups": []}
    assert [p.code for p in examined(world, ["rules"]).problems] == ["rules-missing"]
    world.paths["status/buildinfo"] = {"version": "2.24.0"}
    assert not examined(world, ["rules"]).is_known


@pytest.mark.parametrize(
    "answer",
    [
        failure(422, "query processing would load too many samples", "execution"),
        vector(({"slogen_ask": "0"}, 1), warnings=["store gone"]),
    ],
    ids=["limit", "partial"],
)
def test_one_question_that_is_too_hard_leaves_the_others(answer):
    world = well()
    world.queries.append((r"score", answer))
    found = examined(world, ["metrics", "types", "up"])
    assert not found.is_known
    assert "no-such-metric" not in {problem.code for problem in found.problems}


@pytest.mark.parametrize(
    "check", ["up", "scrapes", "newborn", "late", "history", "identity", "notifications"]
)
def test_what_a_server_will_not_answer_is_unknown(check):
    world = well()
    world.queries.append((r".", failure(422, "too many samples", "execution")))
    found = examined(world, [check])
    assert [outcome.state for outcome in found.outcomes] == ["unknown"]
    assert "too many samples" in found.outcomes[0].why[0]


def test_a_server_that_refuses_us_is_no_finding():
    world = well()
    world.queries.append((r".", Said(401, b"no")))
    with asking(world) as (_, case), pytest.raises(ServerError):
        list(CHECKS["metrics"].run(case))


def test_few_questions_for_many_slos():
    """Equal ones are asked once, others together."""
    slos = "".join(SPEC.partition("slos:\n")[2].replace("name: ", f"name: s{n}-") for n in range(60))
    world = well(SPEC.partition("slos:\n")[0] + "slos:\n" + slos)
    with asking(world) as (fake, case):
        names = [name for name in CHECKS if name not in ("history", "rules")]
        for name in names:
            list(CHECKS[name].run(case))
        assert len(case.slos) == 180
        assert len([each for each in fake.asked if each.path.endswith("/query")]) < 40


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(JSON)
def test_whatever_comes_is_no_traceback(found):
    """Of each path; in the configuration of an Alertmanager, too."""
    world = well(notifications=NOTIFICATIONS)
    for name in [*world.paths, "status"]:
        world.paths[name] = found
    group = {"name": GROUP, **(found if isinstance(found, dict) else {})}
    examined(world, ["rules", "recorded", "evaluations", "retention", "identity", "server", "types"])
    world.paths["rules"] = {"groups": [group, found]}
    world.paths["status"] = {"config": {"original": json.dumps(found)}}
    world.paths["silences"] = [found]
    checks = ["rules", "recorded", "evaluations", "notifications", "routes", "silences"]
    examined(world, checks, alertmanager=True)


def deployed(change: Callable[[dict[str, Any]], Any] = lambda _: None) -> World:
    """A server whose Alertmanager has what was generated, but for a change."""
    world = well(notifications=NOTIFICATIONS)
    routing = routing_of(world.project)
    assert routing is not None
    own = json.loads(json.dumps(sections(routing)))
    config = {
        "route": {"receiver": "team", "routes": [*own["routes"], {"receiver": "team"}]},
        "receivers": [*own["receivers"], {"name": "team"}],
        "inhibit_rules": own["inhibit_rules"],
    }
    change(config)
    world.paths["status"] = {"config": {"original": yaml.safe_dump(config)}}
    return world


def test_routes_as_generated():
    assert shown(examined(deployed(), ["routes"], alertmanager=True).problems) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda config: config["route"]["routes"].pop(0), "routes of slogen's are not in"),
        (lambda config: config["receivers"].pop(0), "receivers of slogen's are not in"),
        (lambda config: config["inhibit_rules"].pop(0), "inhibition rules of slogen's are not in"),
        (lambda config: config["route"]["routes"][0].update(matchers=["a=b"]), "routes of slogen's"),
        (lambda config: config["route"]["routes"][0].update(receiver="team"), "routes of slogen's"),
        (lambda config: config["route"]["routes"][0].update(group_wait="9m"), "routes of slogen's"),
    ],
)
def test_routes_that_differ(change, message):
    (problem,) = examined(deployed(change), ["routes"], alertmanager=True).problems
    assert problem.code == "routes-differ"
    assert message in problem.message


def test_an_alertmanager_that_does_not_answer_is_unknown():
    world = deployed()
    world.paths["status"] = Said(503, b"")
    found = examined(world, ["routes"], alertmanager=True)
    assert not found.is_known
    assert found.problems == ()


def silence(
    hours: float, *matchers: tuple[str, str], regex: bool = False, state: str = "active"
) -> dict[str, Any]:
    ends = datetime.now(UTC) + timedelta(hours=hours)
    found = [{"name": n, "value": v, "isRegex": regex, "isEqual": True} for n, v in matchers]
    return {
        "matchers": found,
        "endsAt": ends.isoformat(),
        "status": {"state": state},
        "createdBy": "ann",
        "comment": "migration",
    }


@pytest.mark.parametrize(
    ("found", "severity", "message"),
    [
        (silence(72, ("slo_id", "api/latency")), "warning", "of api/latency until"),
        (silence(2, ("severity", "page|ticket"), regex=True), "info", "of api/availability, api/latency"),
        (silence(72, ("alertname", "SLOErrorBudgetBurn")), "warning", "(ann: migration)"),
    ],
)
def test_silences_that_hide_slos(found, severity, message):
    world = well()
    world.paths["silences"] = [found]
    (problem,) = examined(world, ["silences"], alertmanager=True).problems
    assert (problem.severity, problem.code) == (severity, "silenced")
    assert message in problem.message


@pytest.mark.parametrize(
    "found", [silence(72, ("job", "other")), silence(72, ("slo_id", "api/latency"), state="expired"), {}]
)
def test_silences_of_others(found):
    world = well()
    world.paths["silences"] = [found]
    assert examined(world, ["silences"], alertmanager=True).problems == ()
