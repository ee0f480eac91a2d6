"""What is written, where, and what was there before."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slogen.evals.exposition import ForeignError, series_of, text_of
from slogen.evals.series import Series
from slogen.live.writing import compressed
from tests.live.fake import Asked, Said, serving, success, vector

RUN = {
    "suite": "support",
    "time": 1795885500,
    "metrics": {"accuracy": {"passed": 7, "failed": 2, "errored": 1}, "p95_ms": 900},
}
LATER = {**RUN, "time": 1795885600}
WRITTEN = {
    'eval_score{metric="accuracy",suite="support"}': 0.7,
    'eval_score{metric="p95_ms",suite="support"}': 900.0,
    'eval_cases_total{metric="accuracy",outcome="passed",suite="support"}': 7.0,
    'eval_cases_total{metric="accuracy",outcome="failed",suite="support"}': 2.0,
    'eval_cases_total{metric="accuracy",outcome="errored",suite="support"}': 1.0,
    'eval_last_run_timestamp_seconds{suite="support"}': 1795885500.0,
}
COUNTS = 'eval_cases_total{metric="accuracy",outcome="passed",suite="support"}'


def read(text: str) -> dict[str, float]:
    """Samples of a text, read without slogen."""
    assert text.endswith("\n")
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_a_textfile(run):
    Path("node").mkdir()
    assert run(RUN, "--push", "textfile=node").exit_code == 1  # it is critical, and is written
    (path,) = Path("node").iterdir()
    assert path.name == "slogen_eval_support.prom"
    assert read(path.read_text()) == WRITTEN
    assert re.findall(r"# TYPE (\w+ \w+)", path.read_text()) == [
        "eval_score gauge",
        "eval_cases_total counter",
        "eval_last_run_timestamp_seconds gauge",
    ]


def test_counters_grow_and_no_run_is_counted_twice(run):
    run(RUN, "--push", "textfile=x.prom")
    again = run(RUN, "--push", "textfile=x.prom")
    assert "pushed nothing to textfile x.prom: this run is there already" in again.stdout
    assert read(Path("x.prom").read_text()) == WRITTEN
    run(LATER, "--push", "textfile=x.prom")
    assert read(Path("x.prom").read_text())[COUNTS] == 14
    old = run(RUN, "--push", "textfile=x.prom")
    assert "a newer run is there already" in old.stdout
    assert (
        read(Path("x.prom").read_text())['eval_last_run_timestamp_seconds{suite="support"}'] == LATER["time"]
    )


def test_what_a_run_lacks_stays(run):
    run(RUN, "--push", "textfile=x.prom")
    run({**LATER, "metrics": {"p95_ms": 950}}, "--push", "textfile=x.prom")
    found = read(Path("x.prom").read_text())
    assert (found['eval_score{metric="p95_ms",suite="support"}'], found[COUNTS]) == (950, 7)


def test_suites_share_a_file(run):
    run(RUN, "--push", "textfile=x.prom")
    run({"suite": "golden", "time": 1, "right": {"passed": 1, "failed": 0}}, "--push", "textfile=x.prom")
    found = read(Path("x.prom").read_text())
    assert WRITTEN.items() <= found.items()
    assert found['eval_last_run_timestamp_seconds{suite="golden"}'] == 1


def test_a_job_of_a_textfile(run):
    run(RUN, "--push", "textfile=x.prom", "--job", "evals")
    assert all('job="evals"' in name for name in read(Path("x.prom").read_text()))


@pytest.mark.parametrize(
    "text", ["up 1\n", "eval_score{x} 1\n", "eval_score 1 2 3\n", "eval_score x\n", "\xff"]
)
def test_a_file_of_another_is_left_alone(run, text):
    Path("x.prom").write_bytes(text.encode("latin-1"))
    done = run(RUN, "--push", "textfile=x.prom")
    assert (done.exit_code, "another's file" in done.stderr) == (2, True)
    assert Path("x.prom").read_bytes() == text.encode("latin-1")


def test_a_broken_run_is_not_written(run):
    done = run({**RUN, "status": "failed"}, "--push", "textfile=x.prom")
    assert (done.exit_code, Path("x.prom").exists()) == (5, False)
    assert "pushed nothing to textfile x.prom: the run is broken: the run ended with `failed`" in done.stdout


def test_percents_and_names_are_those_of_the_specs(run):
    data = {**RUN, "metrics": {"acc": 95, "p95_ms": 1}}
    run(data, "--map", "acc%=accuracy", "--push", "textfile=x.prom")
    assert read(Path("x.prom").read_text())['eval_score{metric="accuracy",suite="support"}'] == 0.95


def test_labels_that_specs_ask_for_are_written(run):
    spec = Path("specs/bot.yaml")
    spec.write_text(
        spec.read_text().replace('metric="accuracy"', 'metric="accuracy", env="prod", zone=~"a|b"')
    )
    run(RUN, "--push", "textfile=x.prom")
    assert 'eval_score{env="prod",metric="accuracy",suite="support"}' in read(Path("x.prom").read_text())


def test_text_is_read_as_it_is_written():
    series: Series = {("eval_score", (("metric", 'a"b\\c\nd,e="f"'), ("suite", "s"))): 0.1 + 0.2}
    assert series_of(text_of(series)) == series
    with pytest.raises(ForeignError):
        series_of("eval_score{a=b} 1")


class Gateway:
    """As the real push gateway answers: groups by their labels, families by name."""

    def __init__(self) -> None:
        self.groups: dict[str, str] = {}

    def __call__(self, asked: Asked) -> Said:
        if asked.method == "PUT":
            text = asked.body.decode()
            if not text.endswith("\n"):
                return Said(400, b"text format parsing error: unexpected end of input stream")
            self.groups[asked.path] = text
            return Said(200)
        return success([self._group(path, text) for path, text in self.groups.items()])

    def _group(self, path: str, text: str) -> dict[str, Any]:
        parts = path.removeprefix("/metrics/").split("/")
        labels = dict(zip(parts[::2], parts[1::2], strict=True))
        families: dict[str, Any] = {"labels": labels, "last_push_successful": True}
        for name, value in read(text).items():
            found = dict(re.findall(r'(\w+)="([^"]*)"', name))
            family = families.setdefault(name.partition("{")[0], {"type": "GAUGE", "metrics": []})
            family["metrics"].append(
                {"labels": {"instance": "", **labels, **found}, "value": f"{value:.16e}"}
            )
        return families


def test_a_push_gateway(run):
    gateway = Gateway()
    with serving(gateway) as fake:
        for data in (RUN, RUN, LATER):
            done = run(data, "--push", f"pushgateway={fake.url}")
            assert done.exit_code == 1
    ((path, text),) = gateway.groups.items()
    assert path == "/metrics/job/evals/suite/support"
    found = read(text)
    assert found['eval_cases_total{metric="accuracy",outcome="passed"}'] == 14
    assert found["eval_last_run_timestamp_seconds"] == LATER["time"]
    assert [asked.method for asked in fake.asked] == ["GET", "PUT", "GET", "GET", "PUT"]
    assert f"pushed 6 series to pushgateway {fake.url}, job evals" in done.stdout


def test_names_with_a_slash_go_as_base64(run):
    spec = Path("specs/bot.yaml")
    spec.write_text(spec.read_text().replace('suite="support"', 'suite="sup/port"'))
    with serving(lambda asked: success([]) if asked.method == "GET" else Said(200)) as fake:
        run({**RUN, "suite": "sup/port"}, "--push", f"pushgateway={fake.url}", "--job", "my job")
    assert fake.asked[-1].path == "/metrics/job/my%20job/suite@base64/c3VwL3BvcnQ="


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Said(400, b'collected metric "eval_score" is not a GAUGE'), "it refused the series"),
        (Said(401), "401"),
        (Said(404), "no push gateway API"),
    ],
)
def test_a_push_that_fails_is_4_and_the_verdict_is_shown_all_the_same(run, answer, words):
    data = {**RUN, "metrics": {"accuracy": 0.95, "p95_ms": 1}}
    with serving(lambda asked: success([]) if asked.method == "GET" else answer) as fake:
        done = run(data, "--push", f"pushgateway={fake.url}")
        bad = run({**data, "metrics": {"accuracy": 0.1}}, "--push", f"pushgateway={fake.url}")
    assert (done.exit_code, bad.exit_code) == (4, 1)
    assert words in done.stderr
    assert "2 SLOs read it: 2 met" in done.stdout
    assert "failed: " in done.stdout


def test_the_job_is_that_of_the_specs(run):
    spec = Path("specs/bot.yaml")
    spec.write_text(spec.read_text().replace('job="evals"', 'job="other"', 1))
    done = run(RUN, "--push", "pushgateway=http://localhost:1")
    assert (done.exit_code, "say --job: the specs select other, evals" in done.stderr) == (2, True)


def test_otlp(run):
    with serving(lambda _: Said(200, b"{}")) as fake:
        done = run(RUN, "--push", f"otlp={fake.url}")
    assert (done.exit_code, "a collector adds them up" in done.stdout) == (1, True)
    (asked,) = fake.asked
    assert (asked.path, asked.headers["Content-Type"]) == ("/v1/metrics", "application/json")
    (resource,) = json.loads(asked.body)["resourceMetrics"]
    assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "evals"}}]
    metrics = {metric["name"]: metric for metric in resource["scopeMetrics"][0]["metrics"]}
    cases = metrics["eval_cases_total"]["sum"]
    assert (cases["isMonotonic"], cases["aggregationTemporality"]) == (True, 1)
    found = {
        tuple(sorted((a["key"], a["value"]["stringValue"]) for a in point["attributes"])): point["asDouble"]
        for point in metrics["eval_score"]["gauge"]["dataPoints"]
    }
    assert found[("metric", "accuracy"), ("suite", "support")] == 0.7


@pytest.mark.parametrize("end", ["", "/v1/metrics"])
def test_otlp_of_prometheus_goes_on_from_what_it_has(run, end):
    """It takes no deltas, and says nothing of what it drops."""

    def answers(asked: Asked) -> Said:
        return vector((PASSED, 100.0)) if asked.path.endswith("/query") else Said(200, b"{}")

    with serving(answers) as fake:
        done = run(RUN, "--push", f"otlp={fake.url}/prom/api/v1/otlp{end}")
    query, write = fake.asked
    assert (query.path, write.path) == ("/prom/api/v1/query", "/prom/api/v1/otlp/v1/metrics")
    (resource,) = json.loads(write.body)["resourceMetrics"]
    metrics = {metric["name"]: metric for metric in resource["scopeMetrics"][0]["metrics"]}
    cases = metrics["eval_cases_total"]["sum"]
    assert (cases["isMonotonic"], cases["aggregationTemporality"]) == (True, 2)
    assert max(point["asDouble"] for point in cases["dataPoints"]) == 107
    assert "startTimeUnixNano" not in cases["dataPoints"][0]
    assert "a collector adds them up" not in done.stdout


def test_what_an_otlp_receiver_rejects_is_told(run):
    part = b'{"partialSuccess": {"rejectedDataPoints": "2", "errorMessage": "too old"}}'
    with serving(lambda _: Said(200, part)) as fake:
        done = run({**RUN, "metrics": {"accuracy": 0.95, "p95_ms": 1}}, "--push", f"otlp={fake.url}")
    assert done.exit_code == 4
    assert "it rejected 2 of 3 series" in done.output


def varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return number, at


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Protobuf, read without slogen."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 2:
            size, at = varint(data, at)
            yield tag >> 3, data[at : at + size]
            at += size
        elif tag & 7 == 1:
            yield tag >> 3, struct.unpack("<d", data[at : at + 8])[0]
            at += 8
        else:
            value, at = varint(data, at)
            yield tag >> 3, value


def plain(data: bytes) -> bytes:
    """Snappy's literals, read without slogen."""
    size, at = varint(data, 0)
    found = b""
    while at < len(data):
        assert data[at] == 0xF4
        length = struct.unpack("<H", data[at + 1 : at + 3])[0] + 1
        found += data[at + 3 : at + 3 + length]
        at += 3 + length
    assert len(found) == size
    return found


@pytest.mark.parametrize("size", [0, 1, 60, 65_535, 65_536, 65_537, 200_000])
def test_compressed(size):
    content = bytes(n % 251 for n in range(size))
    assert plain(compressed(content)) == content


def written(body: bytes) -> dict[tuple[tuple[str, str], ...], float]:
    found = {}
    for _, series in fields(plain(body)):
        parts = list(fields(series))
        labels = [tuple(text.decode() for _, text in fields(each)) for number, each in parts if number == 1]
        assert labels == sorted(labels)
        (sample,) = (dict(fields(each)) for number, each in parts if number == 2)
        found[tuple(labels)] = sample[1]
    return found


PASSED = {
    "__name__": "eval_cases_total",
    "job": "evals",
    "metric": "accuracy",
    "outcome": "passed",
    "suite": "support",
}


def test_remote_write_goes_on_from_what_the_server_has(run):
    def answers(asked: Asked) -> Said:
        return vector((PASSED, 100.0)) if asked.path.endswith("/query") else Said(204)

    with serving(answers) as fake:
        done = run(RUN, "--push", f"remote-write={fake.url}/api/v1/write")
    query, write = fake.asked
    assert 'suite="support",job="evals"' in query.form["query"]
    assert (write.headers["Content-Encoding"], write.headers["Content-Type"]) == (
        "snappy",
        "application/x-protobuf",
    )
    found = written(write.body)
    assert found[tuple(sorted(PASSED.items()))] == 107
    assert len(found) == 6
    assert "pushed 6 series to remote-write" in done.stdout


def test_remote_write_elsewhere_leaves_cases_out(run):
    with serving(lambda _: Said(200)) as fake:
        done = run(RUN, "--push", f"remote-write={fake.url}/api/v1/push")
    names = {dict(labels)["__name__"] for labels in written(fake.asked[0].body)}
    assert names == {"eval_score", "eval_last_run_timestamp_seconds"}
    assert "cases are left out" in done.stdout


def test_several_targets(run):
    with serving(Gateway()) as fake:
        done = run(RUN, "--push", f"pushgateway={fake.url}", "--push", "textfile=x.prom", "--format", "json")
    pushed = json.loads(done.stdout)["pushed"]
    assert [(each["series"], each["to"].partition(" ")[0]) for each in pushed] == [
        (6, "pushgateway"),
        (6, "textfile"),
    ]
    assert read(Path("x.prom").read_text()) == WRITTEN


def test_credentials_of_where_it_goes(run, tmp_path):
    (tmp_path / "http.yaml").write_text("basic_auth: {username: ci, password: s3cr3t-9f8e7d}\n")
    with serving(Gateway()) as fake:
        args = (
            "--push",
            f"pushgateway={fake.url}",
            "--push-http-config",
            "http.yaml",
            "--header",
            "X-Source: mlflow",
        )
        done = run(RUN, *args)
    assert all(asked.headers["Authorization"].startswith("Basic ") for asked in fake.asked)
    assert all("X-Source" not in asked.headers for asked in fake.asked)
    assert "s3cr3t" not in done.stdout + done.stderr
