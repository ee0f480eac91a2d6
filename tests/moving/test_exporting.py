"""What is exported to OpenSLO comes back as the same, and what OpenSLO can't say is named."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from slogen.model.slo import Service, Slo
from slogen.moving.dialect import Options
from slogen.moving.exporting import Exported, export_service
from slogen.moving.importing import move_all
from slogen.moving.judge import Judge
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.understand import Project, understand
from slogen.yamltext import dump
from tests.moving.conftest import move

REPO = Path(__file__).parents[2]
TOTALS = ('t_total{job="x"}', "sum(rate(u_total[{{ window }}]))")
SELECTORS = ('a_total{job="x"}', 'b_total{job="x", code=~"5.."}', "sum(rate(c_total[{{ window }}]))")


@cache
def shipped() -> Project:
    return understand({path.name: path.read_text() for path in sorted((REPO / "specs").glob("*.yaml"))})


def understood(sli: dict[str, Any], **fields: Any) -> Project:
    slo = {"name": "one", "objective": Decimal("99.9"), "sli": sli, **fields}
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "shop"}
    return understand({"shop.yaml": dump({**head, "slos": [slo]})})


def exported(sli: dict[str, Any], **fields: Any) -> tuple[Service, Exported]:
    project = understood(sli, **fields)
    assert project.ok, project.problems
    (service,) = project.services
    return service, export_service(service, None)


def back(text: str) -> list[Slo]:
    """The SLOs of what an import makes of the documents."""
    found = move_all({"exported.yaml": text.encode()}, Options(Judge()))
    assert [problem for problem in found.all_problems if problem.is_error] == []
    project = understand({f"{spec.service}.yaml": spec.text for spec in found.specs})
    return [slo for service in project.services for slo in service.slos]


def rules(slo: Slo) -> object:
    """All that comes of an SLO, but for the file that it stands in."""
    made = compile_service(Service(slo.service, (), (replace(slo, depends_on=()),)), Settings())
    return replace(made, source="") if hasattr(made, "source") else made


@pytest.mark.parametrize("service", shipped().services, ids=lambda service: service.name)
def test_what_ships_comes_back(service: Service) -> None:
    found = export_service(service, None)
    before = {slo.id: slo for slo in service.slos if not slo.parts}
    after = {slo.id: slo for slo in back(found.text)}
    assert set(after) == set(before)
    for name, slo in before.items():
        assert rules(after[name]) == rules(slo), name
        assert after[name].depends_on == slo.depends_on
        assert after[name].links == slo.links


def test_what_ships_and_can_not_be_said_is_named() -> None:
    refused = [
        problem.slo
        for service in shipped().services
        for problem in export_service(service, None).problems
        if problem.is_error
    ]
    assert {problem.code for problem in export_service(shipped().services[-1], None).problems} == {
        *("export-annotated", "export-refused"),
    }
    assert refused == [slo.id for service in shipped().services for slo in service.slos if slo.parts]


EVENTS = st.fixed_dictionaries(
    {"bad": st.sampled_from(SELECTORS), "total": st.sampled_from(TOTALS)},
    optional={"by": st.just(["region"])},
) | st.fixed_dictionaries({"good": st.sampled_from(SELECTORS), "total": st.just("t_total")})
LATENCIES = st.fixed_dictionaries(
    {
        "histogram": st.sampled_from(["d_seconds", 'd_seconds{job="x"}', 'd_milliseconds{job="x"}']),
        "threshold": st.sampled_from(["250ms", "1s", "2500ms"]),
    },
    optional={"good": st.just('code!~"5.."'), "by": st.just(["region"]), "native": st.just(True)},
)
TIMESLICES = st.fixed_dictionaries(
    {
        "good": st.tuples(
            st.sampled_from(['avg(x{job="x"})', "sum(rate(c_total[5m])) / 2", "max(a) - min(b)"]),
            st.sampled_from([">=", "<", "<=", ">", "==", "!="]),
            st.sampled_from(["0.95", "0.9", "-3", "1e3"]),
        ).map(" ".join)
        | st.just("sum(a) > 1 or sum(b) < 3"),
    },
    optional={
        "slice": st.sampled_from(["1m", "5m", "90s"]),
        "missing": st.sampled_from(["ignore", "bad", "good"]),
    },
)
SLIS = (
    EVENTS.map(lambda each: {"events": each})
    | LATENCIES.map(lambda each: {"latency": each})
    | TIMESLICES.map(lambda each: {"timeslices": each})
)
REST = st.fixed_dictionaries(
    {},
    optional={
        "window": st.sampled_from(["7d", "30d", "36h"])
        | st.sampled_from(["week", "month", "quarter", "year"]).map(lambda each: {"calendar": each})
        | st.just({"calendar": "month", "utc_offset": "+09:00"})
        | st.just({"calendar": "month", "utc_offset": "-03:30"}),
        "owner": st.sampled_from(["payments", "y"]),
        "labels": st.sampled_from([{"team": "red"}, {"tier": "1"}]),
        "description": st.just("What is promised: all of it"),
        "alerting": st.sampled_from(
            [{"page": {"severity": "critical"}}, {"min_bad_events": 7, "absent": False}]
        ),
        "levels": st.just({}),
    },
).map(lambda each: {name: value for name, value in each.items() if value != {}})


@given(SLIS, REST)
def test_it_comes_back(sli: dict[str, Any], rest: dict[str, Any]) -> None:
    assume(understood(sli, **rest).ok)
    service, found = exported(sli, **rest)
    (before,) = service.slos
    (after,) = back(found.text)
    assert rules(after) == rules(before)
    assert (after.objective, after.calendar, after.description, after.owner, after.labels) == (
        *(before.objective, before.calendar, before.description, before.owner, before.labels),
    )


def test_a_document_as_it_reads() -> None:
    _, found = exported(
        {"latency": {"histogram": 'd_seconds{job="x"}', "threshold": "500ms"}},
        window={"calendar": "month", "utc_offset": "+09:00"},
        owner="payments",
        links={"runbook": "https://example.com"},
    )
    document = yaml.safe_load(found.text)
    assert document["metadata"] == {
        "name": "one",
        "labels": {"owner": "payments"},
        "annotations": {
            "slogen.window": '{"calendar": "month", "utc_offset": "+09:00"}',
            "slogen.links": '{"runbook": "https://example.com"}',
        },
    }
    calendar = {"startTime": "2024-01-01 00:00:00", "timeZone": "Etc/GMT-9"}
    assert document["spec"]["timeWindow"] == [{"duration": "1M", "isRolling": False, "calendar": calendar}]
    assert document["spec"]["objectives"] == [{"target": 0.999}]
    ratio = document["spec"]["indicator"]["spec"]["ratioMetric"]
    assert [ratio[side]["metricSource"]["spec"]["query"] for side in ("good", "total")] == [
        'd_seconds_bucket{job="x",le="0.5"}',
        'd_seconds_count{job="x"}',
    ]
    (problem,) = found.problems
    assert problem.code == "export-annotated"
    assert "`slogen.window`, `slogen.links`" in problem.message


@pytest.mark.parametrize(
    ("sli", "metric"),
    [
        ({"timeslices": {"good": "avg(x) >= 0.95"}}, {"op": "gte", "value": 0.95, "timeSliceTarget": 1}),
        ({"freshness": {"timestamp": "max(t_seconds)", "max_age": "2h"}}, {"op": "lte", "value": 7200}),
    ],
)
def test_values_are_compared(sli: dict[str, Any], metric: dict[str, Any]) -> None:
    _, found = exported(sli)
    spec = yaml.safe_load(found.text)["spec"]
    assert spec["budgetingMethod"] == "Timeslices"
    assert metric.items() <= spec["objectives"][0].items()


@pytest.mark.parametrize(("length", "shown"), [("5m", "5m"), ("90s", 1.5), ("90m", "90m"), ("2h", "2h")])
def test_slices_are_one_number_and_one_unit(length: str, shown: str | float) -> None:
    _, found = exported({"timeslices": {"good": "avg(x) >= 0.95", "slice": length}}, objective=90)
    document = yaml.safe_load(found.text)
    assert document["spec"]["objectives"][0]["timeSliceWindow"] == shown
    assert "annotations" not in document["metadata"]


@pytest.mark.parametrize("kind", ["probe", "freshness", "ratio"])
def test_other_kinds_come_back_from_annotations(kind: str) -> None:
    sli = {
        "probe": {"metric": 'up{job="x"}'},
        "freshness": {"timestamp": "max(t_seconds)", "max_age": "2h"},
        "ratio": {"good": "avg(x_ratio)"},
    }
    service, found = exported({kind: sli[kind]})
    assert rules(back(found.text)[0]) == rules(service.slos[0])


def test_buckets_and_presets_are_not_lost() -> None:
    preset = {"preset": "vllm/ttft", "with": {"selector": 'job="vllm"', "threshold": "500ms"}}
    for sli in (preset, {"latency": {"histogram": "d_seconds", "threshold": "1s", "buckets": [1, 2]}}):
        _, found = exported(sli)
        said = yaml.safe_load(found.text)["metadata"]["annotations"]["slogen.sli"]
        assert json.loads(said) == sli


@pytest.mark.parametrize("said", ["{", "[]", "5", '{"calendar": "fortnight"}', '"forever"'])
def test_annotations_that_say_nothing_are_told(said: str) -> None:
    _, found = exported({"events": {"bad": "b_total", "total": "t_total"}})
    document = yaml.safe_load(found.text)
    document["metadata"]["annotations"] = {
        "slogen.window": said,
        "slogen.name": "two",
        "slogen.owner": '"y"',
    }
    imported = move(json.dumps(document))
    (moved,) = imported.slos
    if moved.fields is None:
        assert moved.problems[-1].code == "import-refused-window"
        return
    assert (moved.called, moved.fields["name"], moved.fields["owner"]) == ("one", "one", "y")
    problems = " ".join(problem.message for problem in imported.all_problems)
    assert "`metadata.annotations.slogen.name`" in problems
    assert "`metadata.annotations.slogen.window`" in problems


def test_what_is_named_and_not_exported_is_told() -> None:
    """A policy is a document of its own."""
    slo = {"name": "one", "objective": 99, "sli": {"events": {"bad": "b_total", "total": "t_total"}}}
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "shop"}
    tier = {"name": "page", "severity": "page", "budget": "2%", "long": "1h", "short": "5m"}
    policy = {"apiVersion": "slogen/v1", "kind": "AlertPolicy", "name": "mine", "tiers": [tier]}
    spec = {**head, "slos": [{**slo, "alerting": {"policy": "mine"}}]}
    project = understand({"shop.yaml": f"{dump(spec)}---\n{dump(policy)}"})
    found = export_service(project.services[0], None)
    told = {problem.code: problem.message for problem in found.problems}
    assert set(told) == {"export-annotated", "export-lost"}
    assert "another `alerting`" in told["export-lost"]


@pytest.mark.parametrize("name", ["shop/old-name", "cart/one"])
def test_an_older_identity_comes_back(name: str) -> None:
    service, found = exported({"events": {"bad": "b_total", "total": "t_total"}}, id=name)
    assert [slo.id for slo in back(found.text)] == [slo.id for slo in service.slos] == [name]


def test_a_service_is_described() -> None:
    text = dump(
        {
            "apiVersion": "openslo/v1",
            "kind": "Service",
            "metadata": {"name": "shop"},
            "spec": {"description": "All"},
        }
    )
    _, found = exported({"events": {"bad": "b_total", "total": "t_total"}})
    (spec,) = move(f"{text}---\n{found.text}").specs
    assert "\ndescription: All\n" in spec.text
