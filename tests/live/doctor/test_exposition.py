"""Dumps of /metrics: what is read of them, and what whoever sends something else is told."""

from __future__ import annotations

import gzip
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_open

from slogen.live.doctor.asks import Ask, total
from slogen.live.doctor.dump import DumpWorld
from slogen.live.doctor.exposition import read_page
from slogen.promql.parse import parse_selector
from slogen.promql.solve import matches

OPEN = """\
# HELP requests Requests
# TYPE requests counter
requests_total{code="200"} 7 # {trace_id="x"} 1.0 1600000000.0
requests_created{code="200"} 1600000000.0
# EOF
"""


def names(page):
    return {name: len(series) for name, series in page.series.items()}


def test_names_stay_as_they_are():
    """The library's reader puts `_total` behind a counter without it."""
    page = read_page("x", b"# TYPE status_count counter\nstatus_count 3\n# TYPE a_total counter\na_total 1\n")
    assert names(page) == {"status_count": 1, "a_total": 1}
    assert page.types["status_count"] == page.types["a_total"] == "counter"
    assert page.problems == []


@pytest.mark.parametrize("write", [generate_latest, generate_open])
def test_what_the_client_library_writes(write):
    registry = CollectorRegistry()
    Counter("calls", "Calls", ["code"], registry=registry).labels("200").inc(5)
    Gauge("depth", "Depth", registry=registry).set(-2)
    Histogram("wait_seconds", "Wait", buckets=(0.5, 1), registry=registry).observe(0.7)
    page = read_page("x", write(registry))
    assert page.problems == []
    assert page.types["calls_total"] == "counter"
    assert page.types["depth"] == "gauge"
    assert page.types["wait_seconds_bucket"] == page.types["wait_seconds_count"] == "histogram"
    assert [(s.labels["le"], s.value) for s in page.series["wait_seconds_bucket"]] == [
        ("0.5", 0),
        ("1.0", 1),
        ("+Inf", 1),
    ]


def test_open_metrics_with_exemplars():
    page = read_page("x", OPEN.encode())
    assert names(page) == {"requests_total": 1, "requests_created": 1}
    assert page.series["requests_total"][0].line == 3


def test_values_times_and_any_script():
    text = 'a{"город"="Köln\\n\\"x\\""} NaN\nb 1e3 1700000000000\n{"имя.метрики",c="d"} +Inf\n'
    page = read_page("x", text.encode())
    assert page.problems == []
    assert page.series["a"][0].labels == {"город": 'Köln\n"x"'}
    assert math.isnan(page.series["a"][0].value or 0)
    assert page.series["b"][0].at == 1.7e9
    assert page.series["имя.метрики"][0].value == math.inf


@pytest.mark.parametrize(
    "pack", [gzip.compress, lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")]
)
def test_packed_marked_and_with_other_line_ends(pack):
    assert names(read_page("x", pack(OPEN.encode()))) == {"requests_total": 1, "requests_created": 1}


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "there is no series"),
        (b"# HELP a b\n", 1, "there is no series"),
        (b"\n<!DOCTYPE html>\n<html>\n", 1, "this is HTML"),
        (b'{"status": "success"}\n', 1, "in the middle"),
        (b"a 1\nb 2\nc{d=\"e", 3, "in the middle"),
        (b"a 1\nb two\nc 3\n", 2, "no line of a /metrics page"),
        (b"a 1\nb{c=d} 2\nc 3\n", 2, "no line of a /metrics page"),
        (b"a 1\nb 2\n\xe9 3\n", 3, "not UTF-8"),
        ("a 1\n".encode("utf-16"), 1, "UTF-16"),
        (b"\x1f\x8b\x08garbage", 1, "not UTF-8"),
        (b"x" * 70_000 + b" 1\n", 1, "70,002 characters"),
        (OPEN.replace("requests_total{", "requests{").encode(), 3, "no line of a /metrics page"),
        (b"a 1\n# TYPE b\nc 1\n", 2, "no line of a /metrics page"),
    ],
    ids=str.split("empty comment html json cut value labels bytes powershell packed long open half-type"),
)  # fmt: skip
def test_what_is_no_page(content, line, message):
    (problem,) = read_page("metrics.txt", content).problems
    assert problem.code == "unreadable-metrics"
    assert (problem.span.path, problem.span.line) == ("metrics.txt", line)
    assert message in problem.message, problem
    assert problem.hint


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_is_too_large(pack, monkeypatch):
    """Also what grows when it is unpacked."""
    monkeypatch.setattr("slogen.live.doctor.exposition.MOST", 2**20)
    (problem,) = read_page("x", pack(b"a 1\n" * 2**19)).problems
    assert "more than 1 MiB" in problem.message


def test_a_last_line_that_is_cut():
    (problem,) = read_page("x", b"a 1\nrequests_total 12").problems
    assert (problem.code, problem.severity, problem.span.line) == ("cut-metrics", "warning", 2)


def test_a_packed_page_that_is_cut():
    """Between lines, too."""
    (problem,) = read_page("x", gzip.compress(b"a 1\nb 2\n")[:-4]).problems
    assert problem.code == "cut-metrics"


def test_a_series_that_is_there_twice():
    (problem,) = read_page("x", b'a{b="c"} 1\nd 1\na{b="c"} 2\n').problems
    assert (problem.code, problem.span.line) == ("exposed-twice", 3)
    assert "first in line 1" in problem.message


@given(st.one_of(st.binary(max_size=200), st.text('ab{}="\\,# \n\tTYPE1.e', max_size=80).map(str.encode)))
def test_nothing_is_a_traceback(content):
    page = read_page("x", content)
    assert page.series or page.problems
    for problem in page.problems:
        assert problem.span.line >= 1


def test_a_question_reads_only_series_that_can_be_meant(monkeypatch):
    """A thousand SLOs on one metric ask a thousand times; each looks at its own series."""
    looked = []

    def matching(matcher, labels):
        looked.append(labels)
        return matches(matcher, labels)

    monkeypatch.setattr("slogen.live.doctor.indexed.matches", matching)
    text = "".join(f'a_total{{route="r{n}",code="{code}"}} 1\n' for n in range(50) for code in (200, 503))
    world = DumpWorld([read_page("x", text.encode())], ())
    asked = [Ask(parse_selector(f'a_total{{route="r{n}",code=~"5.."}}')) for n in range(50)]
    assert set(map(total, world.count(asked).values())) == {1}
    assert len(looked) <= 50 * 2 * 2
    (ask,) = world.count([Ask(parse_selector('a_total{route="r1",code=""}'))]).values()
    assert total(ask) == 0
    assert total(world.count([Ask(parse_selector('a_total{other="",code="503"}'))]).popitem()[1]) == 50
