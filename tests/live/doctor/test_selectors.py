"""Each check of what the specs read is clean in a good dump, and red where exactly that is broken."""

from __future__ import annotations

import pytest

from slogen.live.doctor.checks import CHECKS

from .worlds import DUMP, EVENTS, HEAD, SPEC, looked_for, shown

REPLICAS = 'code="200"} 90\nrequests_total{model="a",code="200",instance="i",prometheus_replica="b"} 90'
REPLICAS = 'instance="i",prometheus_replica="a",' + REPLICAS
MANY = "".join(f'requests_total{{model="{n}",code="200"}} 1\n' for n in range(501))
ONE_AND_ONE = 'wait_seconds_bucket{le="1"} 8\nwait_seconds_bucket{le="1.0"} 1\nwait_seconds_sum'
SECOND = SPEC.replace("500ms", "1s")
NARROWER = SPEC.replace("5..", "50[0-9]")
NARROW = EVENTS.replace('total{job="api"}', 'total{job="api", code=~"2.."}')
TWO = HEAD + EVENTS.replace("total: requests_total", "total: calls_total").replace(", code=~", ", kind!~")
RETRIES = DUMP + '# TYPE calls_total counter\ncalls_total{model="a"} 9\n'
FAILED = HEAD + EVENTS.replace('requests_total{job="api", code', 'failed_total{job="api", code')
NATIVE = SPEC.replace("threshold: 500ms", "threshold: 500ms\n        native: true")

# check; what is replaced in the dump, by what; spec; severity and code; words of message, of hint
CASES = [
    ("metrics", "score", "scores", SPEC, "E", "no-such-metric", "metric `score`", "`scores`?"),
    ("metrics", "wait_seconds", "wait_duration_seconds", SPEC, "E", "no-such-metric", "histogram", ""),
    ("metrics", "", "", FAILED, "W", "no-such-metric", "nothing has failed yet", ""),
    ("labels", "code=", "status=", SPEC, "E", "no-such-label", "has a label `code`", "`model`"),
    ("labels", "503", "5xx", NARROWER, "W", "no-such-value", "has `200`, `5xx`", '="5xx"'),
    ("labels", '"503"', '"201"', SPEC, "I", "no-bad-events", "nothing has failed yet", ""),
    ("labels", "golden", "goldne", SPEC, "E", "no-such-value", "has `goldne`", "`goldne`?"),
    ("labels", "", "", TWO, "W", "no-such-label", 'kind!~"5.." leaves nothing out', "has `code`"),
    ("groups", "model=", "m0del=", SPEC, "E", "no-such-group", "has a label `model`", "`m0del`"),
    ("groups", 'model="a",code="200"', 'code="200"', SPEC, "W", "unnamed-group", "no label", '!=""'),
    ("groups", 'requests_total{model="a",code="200"} 90\n', MANY, SPEC, "W", "many-groups", "502", ""),
    ("buckets", 'le="0.5"', 'le="0.4"', SPEC, "E", "no-such-bucket", "no bucket 0.5; it has 0.4", "0.4"),
    ("buckets", "wait_seconds_sum", 'wait_seconds_bucket{pod="y",le="+Inf"} 1\nwait_seconds_sum', SPEC,
     "W", "mixed-buckets", "1 of 2 series", "same boundaries"),
    ("buckets", "wait_seconds_sum", ONE_AND_ONE, SECOND, "W", "bucket-spelling", 'le="1" and', "instances"),
    ("buckets", 'le="0.5"', 'le="5e-01"', SPEC, "E", "bucket-spelling", "rules ask for", "plain"),
    ("forms", "wait_seconds", "wait_seconds", NATIVE, "E", "not-native", "classic histogram", "drop"),
    ("types", "requests_total counter", "requests_total gauge", SPEC, "E", "wrong-metric-type", "gauge", ""),
    ("types", "score gauge", "score counter", SPEC, "W", "wrong-metric-type", "is a counter", "rate(score"),
    ("values", "} 90", "} NaN", SPEC, "E", "not-a-number", "1 series of `requests_total` are NaN", ""),
    ("values", "} 0.9", "} NaN", SPEC, "I", "not-a-number", "counts as missing", ""),
    ("values", "} 90", "} -1", SPEC, "E", "negative-counter", "below 0", ""),
    ("sides", "", "", HEAD + NARROW, "E", "not-within-total", "1 series of `bad` are none of", "sel"),
    ("sides", '{model="a"} 9', '{model="a"} 1', TWO, "W", "not-within-total", "only 1", ""),
    ("sides", 'calls_total{model="a"}', 'calls_total{model="b"}', TWO, "E", "one-sided-group", "`a`", ""),
    ("twice", 'code="200"} 90', REPLICAS, SPEC, "E", "counted-twice", "several Prometheus", "dedup"),
    ("twice", 'code="200"}', 'code="200",exported_job="api"}', SPEC, "W", "counted-twice", "exported", ""),
]  # fmt: skip


@pytest.mark.parametrize("spec", [SPEC, TWO.replace('kind!~"5.."', 'code="503"')])
def test_a_good_dump_is_clean(spec):
    found = looked_for(spec, RETRIES.replace("} 9\n", "} 90\n"))
    assert shown(found.problems) == []
    assert {outcome.state for outcome in found.outcomes if not outcome.why} == {"done"}


@pytest.mark.parametrize(
    ("check", "old", "new", "spec", "severity", "code", "message", "hint"),
    CASES,
    ids=[f"{c[0]}-{c[5]}-{c[4]}" for c in CASES],
)
def test_what_is_broken_is_found(check, old, new, spec, severity, code, message, hint):
    """By the check of that name, and by it alone when nothing else is asked."""
    dump = RETRIES if spec is TWO else DUMP
    assert old in dump
    found = looked_for(spec, dump.replace(old, new) if old else dump, only=[check])
    matching = [line for line in shown(found.problems) if f" {severity} {code} " in line]
    assert matching, shown(found.problems)
    assert message in matching[0]
    assert hint in matching[0].partition(" = ")[2]


def test_the_very_matcher_is_shown():
    found = looked_for(SPEC, DUMP.replace("503", "4xx"), only=["labels"])
    (problem,) = found.problems
    assert problem.slo == "api/availability"
    assert problem.span.text[problem.span.column - 1 : problem.span.end_column - 1] == 'code=~"5.."'


def test_a_matcher_on_a_further_line_is_shown():
    folded = SPEC.replace('good: avg(score{suite="golden"}) >= 0.8', 'good: >-\n          avg(\n            '
                          'score{suite="golden"}\n          ) >= 0.8')  # fmt: skip
    (problem,) = looked_for(folded, DUMP.replace("golden", "goldne"), only=["labels"]).problems
    assert problem.span.text.strip() == 'score{suite="golden"}'
    assert problem.span.text[problem.span.column - 1 :].startswith('suite="golden"')


def test_values_that_never_come_together():
    spec = SPEC.replace('suite="golden"', 'suite="golden", metric="a"')
    dump = DUMP.replace(
        'score{suite="golden"} 0.9', 'score{suite="golden",metric="b"} 1\nscore{suite="c",metric="a"} 1'
    )
    assert [p.code for p in looked_for(spec, dump, only=["labels", "series"]).problems] == ["no-such-series"]


def test_a_selector_that_selects_too_much(monkeypatch):
    monkeypatch.setattr("slogen.live.doctor.selectors.MANY", 1)
    assert {p.code for p in looked_for(SPEC, DUMP, only=["series"]).problems} == {"many-series"}


def test_what_may_be_missing_is_no_error():
    spec = SPEC.replace("0.8", "0.8\n        missing: good")
    found = looked_for(spec, DUMP.replace("score", "other"), only=["metrics"])
    assert [(p.code, p.severity) for p in found.problems] == [("no-such-metric", "info")]
    either = SPEC.replace('avg(score{suite="golden"})', "avg(score or points)")
    found = looked_for(either, DUMP, only=["metrics"])
    assert [(p.code, p.severity) for p in found.problems] == [("no-such-metric", "info")]


def test_a_label_that_comes_from_another_metric():
    """A value is computed of two; one of them has the label of `by`."""
    good = "sum by (gpu) (use) / on (gpu) sum by (gpu) (limit) <= 1"
    spec = SPEC.replace('avg(score{suite="golden"}) >= 0.8', f"{good}\n        by: [gpu]")
    both, one, none = 'use{gpu="a"} 1\nlimit{gpu="a"} 2\n', 'use{gpu="a"} 1\nlimit 2\n', "use 1\nlimit 2\n"
    assert shown(looked_for(spec, both, only=["groups"]).problems) == []
    assert shown(looked_for(spec, one, only=["groups"]).problems) == []
    (problem,) = looked_for(spec, none, only=["groups"]).problems
    assert problem.code == "no-such-group"


def test_labels_that_prometheus_adds_are_not_asked_for():
    """Unless the page shows them, as a federated one does."""
    assert looked_for(SPEC, DUMP).hidden == ("job",)
    federated = DUMP.replace("{", '{job="other",')
    found = looked_for(SPEC, federated)
    assert found.hidden == ()
    assert {p.code for p in found.problems} == {"no-such-value"}


def test_targets_on_two_pages():
    """Both sides are on the same ones, or on others."""
    first, second = (
        DUMP.replace("{", '{job="api",instance="a",'),
        RETRIES.replace("{", '{job="api",instance="b",'),
    )
    spec = TWO.replace('kind!~"5.."', 'code="503"')
    assert shown(looked_for(spec, second, only=["sides"]).problems) == []
    only_bad = first.replace("calls_total", "x_total")
    only_total = second.replace("requests_total", "y_total")
    found = looked_for(spec, only_bad, only_total, only=["sides"])
    assert [p.code for p in found.problems] == ["sides-apart"]
    assert shown(looked_for(spec, only_bad, second, only=["sides"]).problems) == []  # one target, of two


def test_a_pattern_that_cannot_be_read_is_no_finding():
    spec = SPEC.replace('code=~"5.."', 'code=~"[[:digit:]]+"')
    assert shown(looked_for(spec, DUMP).problems) == []


def test_only_what_is_asked_for_is_done():
    assert [outcome.check for outcome in looked_for(SPEC, DUMP, only=["types"]).outcomes] == ["types"]
    assert [outcome.check for outcome in looked_for(SPEC, DUMP).outcomes] == list(CHECKS)


def test_several_targets_count_each_event_once():
    """Instances differ by a label that a dump doesn't have."""
    assert shown(looked_for(SPEC, DUMP, DUMP.replace("} 90", "} 91"), DUMP, only=["twice"]).problems) == []


def test_a_series_that_a_page_repeats_is_no_copy_of_a_replica():
    repeated = 'requests_total{model="a",code="200",instance="i"} 90\n'
    found = looked_for(SPEC, DUMP + repeated * 2, only=["twice"], repeats=True)
    assert shown(found.problems) == []


@pytest.mark.parametrize("target", ["", 'job="api",instance="i",'])
def test_a_replica_of_an_application_is_no_copy(target):
    """On its own page, and on one of /federate: there `up` tells whose label it is."""
    lines = "".join(f'requests_total{{{target}model="a",code="200",replica="{r}"}} 9\n' for r in "abc")
    dump = DUMP.replace("{", "{" + target) + lines
    assert shown(looked_for(SPEC, dump, only=["twice"]).problems) == []
    own = f'up{{{target}replica="a"}} 1\n'
    codes = [p.code for p in looked_for(SPEC, dump + own, only=["twice"]).problems]
    assert codes == (["counted-twice"] if target else [])
