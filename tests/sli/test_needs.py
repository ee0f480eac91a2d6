"""What each kind needs of the metrics: selectors, where the spec says them, and what must be so of each."""

import pytest

from slogen.understand import understand

DIFFERENCE = "sum(rate(g_total[{{ window }}])) - sum(rate(x_total[{{ window }}]))"
HEAD = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: s\nslos:\n"


def needs(sli: str) -> list[tuple[object, ...]]:
    project = understand({"s.yaml": f"{HEAD}  - name: a\n    objective: 99\n    sli: {sli}\n"})
    assert project.ok, project.problems
    found = project.services[0].slos[0].sli.needs()
    return [(str(n.selector), n.field, n.role, n.is_counter, n.optional) for n in found]


@pytest.mark.parametrize(
    ("sli", "wanted"),
    [
        (
            "{events: {bad: e_total, total: r_total}}",
            [("e_total", "bad", "bad", True, False), ("r_total", "total", "total", True, False)],
        ),
        (
            "{events: {good: g_total, bad: b_total}}",
            [("b_total", "bad", "bad", True, False), ("g_total", "good", "good", True, False)],
        ),
        (
            f"{{events: {{good: '{DIFFERENCE}', total: r_total}}}}",
            [
                ("g_total", "good", "good", True, False),
                ("x_total", "good", "good", True, False),
                ("r_total", "total", "total", True, False),
            ],
        ),
        (
            "{timeslices: {good: 'avg(a or b) >= 1'}}",
            [("a", "good", "value", False, True), ("b", "good", "value", False, True)],
        ),
        (
            "{timeslices: {good: 'rate(a_total[5m]) / c >= 1'}}",
            [("a_total", "good", "value", True, False), ("c", "good", "value", False, False)],
        ),
        (
            "{timeslices: {good: 'avg(a unless on (pod) going) >= 1'}}",
            [("a", "good", "value", False, False), ("going", "good", "value", False, True)],
        ),
        ("{freshness: {timestamp: t, max_age: 1h}}", [("t", "timestamp", "value", False, False)]),
        ("{probe: {metric: p}}", [("p", "metric", "value", False, False)]),
        ("{ratio: {error: r}}", [("r", "error", "value", False, False)]),
        (
            "{latency: {histogram: 'h_seconds{a=\"b\"}', threshold: 1s, good: 'c=\"d\"'}}",
            [
                ('h_seconds_bucket{a="b",c="d"}', "histogram", "good", True, False),
                ('h_seconds_count{a="b"}', "histogram", "total", True, False),
            ],
        ),
        (
            "{latency: {histogram: h_seconds, threshold: 1s, native: true}}",
            [("h_seconds", "histogram", "total", True, False)],
        ),
    ],
)
def test_needs(sli, wanted):
    assert needs(sli) == wanted


def test_a_bucket_is_found_however_it_is_spelt():
    project = understand({"s.yaml": HEAD + "  - {name: a, objective: 99, sli: {preset: vllm/ttft}}\n"})
    bucket, _ = project.services[0].slos[0].sli.needs()
    assert bucket.boundary is not None
    assert str(bucket.bucket) == 'le="0.5"'


def test_a_composite_needs_nothing_of_its_own():
    slos = "".join(f"  - {{name: {n}, objective: 99, sli: {{probe: {{metric: p}}}}}}\n" for n in "ab")
    whole = "  - {name: w, objective: 99, sli: {composite: {of: [{slo: s/a}, {slo: s/b}], mode: worst}}}\n"
    project = understand({"s.yaml": HEAD + slos + whole})
    assert [len(slo.sli.needs()) for slo in project.services[0].slos] == [1, 1, 0]
