"""Files as the real tools wrote them, and such as they may write."""

from __future__ import annotations

import json

import pytest

from slogen.diagnostics import Problem
from slogen.evals.files import read_bytes, read_file
from slogen.evals.result import Measure, Result
from slogen.evals.sources import SOURCES

from .conftest import SAMPLES


def read(content: object, source: str | None = None) -> Result:
    text = content if isinstance(content, str) else json.dumps(content)
    found = read_bytes("results", text.encode(), source)
    assert isinstance(found, Result), found
    return found


def wrong(content: str | bytes, source: str | None = None) -> Problem:
    found = read_bytes("results", content if isinstance(content, bytes) else content.encode(), source)
    assert isinstance(found, Problem), found
    return found


def values(result: Result) -> dict[str, tuple[object, ...]]:
    return {m.name: (m.value, m.cases, m.passed, m.errored) for m in result.measures}


TWO_THIRDS = (pytest.approx(2 / 3), 3, 2, 0)


@pytest.mark.parametrize(
    ("name", "source", "suite", "wanted"),
    [
        (
            "promptfoo.json",
            "promptfoo",
            "support bot",
            {"pass_rate": TWO_THIRDS, "accuracy": TWO_THIRDS, "latency": (1, 1, 1, 0)},
        ),
        (
            "promptfoo.csv",
            "promptfoo-csv",
            "",
            {"pass_rate": TWO_THIRDS, "accuracy": TWO_THIRDS, "latency": (1, 1, 1, 0)},
        ),
        ("deepeval.json", "deepeval", "", {"accuracy": (0.5, 2, 1, 0), "pass_rate": (0.5, 2, 1, 0)}),
        ("lm-eval.json", "lm-eval", "tiny_support", {"acc": (pytest.approx(1 / 3), 3, 1, 0)}),
        (
            "inspect.json",
            "inspect",
            "support",
            {"match/accuracy": TWO_THIRDS, "includes/accuracy": TWO_THIRDS},
        ),
        ("ragas.csv", "ragas", "", {"exact_match": (0.5, 2, 1, 0)}),
        ("ragas.jsonl", "ragas", "", {"exact_match": (0.5, 2, 1, 0)}),
    ],
)
def test_files_of_real_tools(name, source, suite, wanted):
    found = read_file(SAMPLES / name)
    assert isinstance(found, Result)
    assert (found.source, found.suite, values(found), found.broken) == (source, suite, wanted, "")
    assert found.at is not None


def test_a_run_that_failed_is_no_result():
    found = read_file(SAMPLES / "inspect-error.json")
    assert isinstance(found, Result)
    assert found.measures == ()
    assert "ended with `error`" in found.broken


def test_what_a_tool_says_of_its_direction():
    found = read_file(SAMPLES / "lm-eval.json")
    assert isinstance(found, Result)
    assert found.measures[0].higher_is_better is True


def test_errors_of_promptfoo_are_cases():
    data = json.loads((SAMPLES / "promptfoo.json").read_text())
    case = data["results"]["results"][2]
    case |= {"failureReason": 2, "namedScores": {}, "gradingResult": None}
    metrics = data["results"]["prompts"][0]["metrics"]
    metrics |= {"testFailCount": 0, "testErrorCount": 1, "namedScoresCount": {"accuracy": 2, "latency": 1}}
    found = values(read(data))
    assert found["pass_rate"] == (1, 3, 2, 1)
    assert found["accuracy"] == (1, 3, 2, 1)
    assert found["latency"] == (1, 1, 1, 0)


def test_several_prompts_are_several_runs():
    data = json.loads((SAMPLES / "promptfoo.json").read_text())
    data["results"]["prompts"] *= 2
    assert "compares 2 prompts" in wrong(json.dumps(data)).message


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("score\n1\n0\n1\n", {"score": TWO_THIRDS}),
        ("score;name\n0.5;a\n0.7;b\n", {"score": (0.6, 2, None, 0)}),
        ("score\tok\n0.5\tpass\n0.7\tfail\n", {"score": (0.6, 2, None, 0), "ok": (0.5, 2, 1, 0)}),
        ("score,x\n0.5,a\n,b\nNaN,c\n", {"score": (0.5, 3, None, 2)}),
        ("\ufeffscore\r\n0.25\r\n", {"score": (0.25, 1, None, 0)}),
        ('a,b\n"x\ny",1\n', {"b": (1, 1, 1, 0)}),
        ('{"a": 0.5}\n{"a": null}\n\n{"b": true}\n', {"a": (0.5, 3, None, 2), "b": (1, 3, 1, 2)}),
        ('[{"s": {"x": 1}}, {"s": {"x": 0}}]', {"s/x": (0.5, 2, 1, 0)}),
    ],
)
def test_rows(text, wanted):
    assert values(read(text)) == wanted


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"accuracy": 0.9}, {"accuracy": (0.9, None, None, 0)}),
        ({"a": {"b": {"c": 1}}}, {"a/b/c": (1, None, None, 0)}),
        ({"cases": 50, "accuracy": 0.9}, {"accuracy": (0.9, 50, None, 0)}),
        ({"metrics": {"x": 1}, "elapsed": 12}, {"x": (1, None, None, 0)}),
        ({"x": {"value": 0.8, "cases": 40}}, {"x": (0.8, 40, None, 0)}),
        ({"x": {"passed": 97, "failed": 2, "errored": 1}}, {"x": (pytest.approx(97 / 99), 100, 97, 1)}),
        ({"x": {"passed": 9, "total": 10}}, {"x": (0.9, 10, 9, 0)}),
        ({"x": [1, 0, True, None]}, {"x": (pytest.approx(2 / 3), 4, 2, 1)}),
        ({"results": [{"x": 0.5}, {"x": 0.7}]}, {"x": (0.6, 2, None, 0)}),
        ({"ok": True}, {"ok": (1, None, None, 0)}),
    ],
)
def test_plain_json(data, wanted):
    assert values(read(data)) == wanted


def test_what_stands_beside_plain_metrics():
    found = read({"suite": "s", "run": "7", "time": "2026-11-28T17:05:00Z", "metrics": {"x": 1}})
    assert (found.suite, found.run, found.at) == ("s", "7", 1795885500)
    assert read({"suite": "s", "status": "failed", "x": 1}).broken == "the run ended with `failed`"
    assert read({"time": 1795885500123, "x": 1}).at == 1795885500.123


def test_no_value_stays_none():
    found = {m.name: m for m in read('{"a": NaN, "b": "nan", "c": null, "d": Infinity, "e": 1}').measures}
    assert [name for name, measure in found.items() if measure.is_number] == ["e"]


def test_weaves_summary():
    data = {
        "exact": {"correct": {"true_count": 2, "true_fraction": 2 / 3}},
        "helpful": {"mean": 0.7},
        "never": {"true_count": 0, "true_fraction": 0.0},
        "model_latency": {"mean": 0.012},
    }
    found = read(data)
    assert found.source == "weave"
    assert values(found) == {
        "exact/correct": TWO_THIRDS,
        "helpful/mean": (0.7, None, None, 0),
        "never": (0, None, None, 0),
        "model_latency/mean": (0.012, None, None, 0),
    }


JUNIT = """<?xml version="1.0"?>
<testsuites><testsuite name="golden" timestamp="2026-11-28T17:05:00">
<testcase name="a"/><testcase name="b"><failure>no</failure></testcase>
<testcase name="c"><error/></testcase><testcase name="d"><skipped/></testcase>
</testsuite></testsuites>"""


def test_junit():
    found = read(JUNIT)
    assert (found.source, found.suite, found.at) == ("junit", "golden", 1795885500)
    assert values(found) == {"pass_rate": (0.5, 3, 1, 1)}


def test_junit_of_several_suites():
    more = '<testsuite name="b"><testcase name="x"/></testsuite></testsuites>'
    found = read(JUNIT.replace("</testsuites>", more))
    assert {name: value[1] for name, value in values(found).items()} == {"pass_rate": 4, "golden": 3, "b": 1}


def test_junit_suites_of_one_name_are_one():
    found = read(JUNIT.replace("</testsuites>", JUNIT.partition("<testsuites>")[2]))
    assert {name: value[1] for name, value in values(found).items()} == {"pass_rate": 6, "golden": 6}


def test_a_metric_that_is_there_twice():
    data = {
        "testCases": [],
        "metricsScores": [{"metric": "a", "scores": [1]}, {"metric": "a", "scores": [0]}],
    }
    assert "the metric `a` is there twice" in wrong(json.dumps(data)).message


def test_the_log_of_openais_evals():
    lines = [
        {"spec": {"eval_name": "golden", "run_id": "r1", "created_at": "2026-11-28T17:05:00Z"}},
        {"type": "match", "data": {"correct": True}},
        {"type": "match", "data": {"correct": False}},
        {"final_report": {"accuracy": 0.5}},
    ]
    found = read("\n".join(map(json.dumps, lines)))
    assert (found.source, found.suite, found.run) == ("openai-evals", "golden", "r1")
    assert values(found) == {"accuracy": (0.5, 2, 1, 0)}
    assert "no `final_report`" in read("\n".join(map(json.dumps, lines[:3]))).broken


def test_a_run_of_openais_api():
    data = {
        "object": "eval.run",
        "id": "evalrun_1",
        "status": "completed",
        "created_at": 1795885500,
        "result_counts": {"total": 10, "passed": 8, "failed": 1, "errored": 1},
        "per_testing_criteria_results": [{"testing_criteria": "match", "passed": 8, "failed": 1}],
    }
    assert values(read(data)) == {
        "pass_rate": (pytest.approx(8 / 9), 10, 8, 1),
        "match": (pytest.approx(8 / 9), 10, 8, 1),
    }
    assert read({**data, "status": "failed"}).broken


def record(name: str, **attributes: object) -> dict[str, object]:
    kinds = {str: "stringValue", float: "doubleValue"}
    said = {"gen_ai.evaluation.name": name, **{key.replace("__", "."): v for key, v in attributes.items()}}
    return {
        "eventName": "gen_ai.evaluation.result",
        "timeUnixNano": "1795885500000000000",
        "attributes": [{"key": key, "value": {kinds[type(value)]: value}} for key, value in said.items()],
    }


def test_opentelemetry():
    records = [
        record("relevance", gen_ai__evaluation__score__value=0.5),
        record("relevance", gen_ai__evaluation__score__value=0.75),
        record("relevance", error__type="timeout"),
        record("safe", gen_ai__evaluation__score__label="pass"),
        {"eventName": "other", "attributes": []},
    ]
    lines = [json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [each]}]}]}) for each in records]
    found = read("\n".join(lines))
    assert (found.source, found.at) == ("otel", 1795885500)
    assert values(found) == {"relevance": (0.625, 3, None, 1), "safe": (1, 1, 1, 0)}


def test_rows_of_langsmith():
    rows = [
        {"evaluation_results": {"results": [{"key": "helpful", "score": 1}, {"key": "x", "score": 0.5}]}},
        {"evaluation_results": {"results": [{"key": "helpful", "score": None}]}},
    ]
    assert values(read(rows)) == {"helpful": (1, 2, 1, 1), "x": (0.5, 2, None, 1)}


BAD = [
    ("", "the file is empty", 1),
    (" \n", "the file is empty", 1),
    ('{"a": 1', "ends early", 1),
    ('{"a": [1,\n 2,', "ends early", 2),
    ('{"a": 1}\n{"b": \n', "ends early", 2),
    ('{"a": 1}\n[2]\n', "each line is an object", 2),
    ('{"a": 1, "a": 2}', "`a` stands twice", 1),
    ('{"a": x}', "no JSON", 1),
    ("a,a\n1,2\n", "column `a` is there twice", 1),
    ("a,b\n1,2\n3\n", "this row has 1 fields", 3),
    ('a,b\n1,"2\n', "neither JSON, XML nor CSV", 2),
    ("hello world\n", "no format of results", 1),
    ("a,b\nx,y\n", "no format of results", 1),
    ("{}", "no format of results", 1),
    ("[]", "no format of results", 1),
    ('{"a": "b"}', "no format of results", 1),
    ("<html></html>", "no format of results", 1),
    (JUNIT[:120], "no XML", 3),
    (JUNIT.replace("<testsuites>", '<!DOCTYPE x [<!ENTITY a "b">]><testsuites>'), "without a DOCTYPE", 1),
    ("[" * 100_000, "nested deeper", 1),
    ("Status,Score\nMAYBE,1\n", "`MAYBE` is no status", 2),
    ('{"evalId": "x", "results": {"prompts": [7]}}', "has no `metrics`", 1),
    ('{"testCases": [], "metricsScores": [{"metric": "a", "scores": 7}]}', "looks like DeepEval", 1),
]


@pytest.mark.parametrize(("text", "words", "line"), BAD)
def test_what_is_wrong_is_said(text, words, line):
    found = wrong(text)
    assert found.code == "eval-results"
    assert words in found.message
    assert (found.span.path, found.span.line) == ("results", line)
    assert found.hint


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        (b"PK\x03\x04\xff\xfe", "not-text", "inspect log dump"),
        ("a\n1\n".encode("utf-16"), "not-text", "UTF-16"),
        (b"a\nb\n\xff", "not-text", "JSON"),
    ],
)
def test_no_text(content, code, hint):
    found = wrong(content)
    assert (found.code, hint in found.hint) == (code, True)


def test_too_much(monkeypatch, tmp_path):
    monkeypatch.setattr("slogen.evals.files.MOST_BYTES", 10)
    (tmp_path / "big.json").write_text('{"accuracy": 0.9}')
    for found in (read_file(tmp_path / "big.json"), wrong('{"accuracy": 0.9}')):
        assert isinstance(found, Problem)
        assert found.code == "too-large"


def test_files_that_are_none(tmp_path):
    (tmp_path / "results.json").write_text("{}")
    missing, folder = read_file(tmp_path / "result.json"), read_file(tmp_path)
    assert isinstance(missing, Problem)
    assert isinstance(folder, Problem)
    assert (missing.code, missing.hint) == ("no-such-path", "did you mean `results.json`?")
    assert (folder.code, "it is a folder" in folder.message) == ("unreadable-file", True)


def test_a_format_can_be_said():
    assert read({"testCases": [1], "metricsScores": [], "x": 1}, "json").source == "json"
    found = wrong('{"accuracy": 1}', "promptfoo")
    assert "isn't what promptfoo writes" in found.message
    assert "--source json" in found.hint


def test_any_change_of_a_file_is_read_or_said():
    """Whatever is missing or of another type: a result or a problem, never an exception."""
    for path in SAMPLES.glob("*.json"):
        data = json.loads(path.read_text())
        for changed in broken(data):
            assert isinstance(read_bytes("results", json.dumps(changed).encode()), Result | Problem)


@pytest.mark.parametrize("source", SOURCES)
def test_any_file_as_any_format_is_read_or_said(source):
    for path in SAMPLES.iterdir():
        assert isinstance(read_file(path, source), Result | Problem)


def broken(data: object, depth: int = 4):
    """Copies with one value gone, or of another type."""
    if isinstance(data, dict) and depth:
        for key in data:
            yield {k: v for k, v in data.items() if k != key}
            for other in (None, 7, "x", [], {}, [[]], {"a": []}):
                yield {**data, key: other}
            for inner in broken(data[key], depth - 1):
                yield {**data, key: inner}
    elif isinstance(data, list) and data and depth:
        for inner in broken(data[0], depth - 1):
            yield [inner, *data[1:]]


def test_measures_have_names():
    for path in SAMPLES.iterdir():
        found = read_file(path)
        assert isinstance(found, Result)
        assert all(isinstance(measure, Measure) and measure.name for measure in found.measures)
