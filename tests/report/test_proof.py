"""A proof in words, JSON and JUnit XML."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from slogen.diagnostics import Problem, Severity, Span
from slogen.oracles import FileResult, Promtool, Proof, Reason, Statement, Verdict
from slogen.report.proof import FORMATS, render

TOOLS = tuple(Promtool(Path(f"p{v}"), v, "", v) for v in ("2.42", "2.53", "3.5"))
YES = Statement("shop/a", "pages", "t/outage.yaml", "outage", Verdict.YES)
WHY = tuple(Reason(("2.42", "3.5"), f"check {n}\nexp: 1\ngot: 2") for n in range(5))
NO = replace(YES, slo_id="shop/long-name", verdict=Verdict.NO, reasons=WHY)
SKIPPED = replace(YES, verdict=Verdict.NOT_RUN)
DONE = Proof(TOOLS, 1, (YES, YES), calls=6, reused=2, seconds=8.14)
BAD = Proof(
    TOOLS[:1],
    3,
    (YES, NO, SKIPPED),
    (FileResult("night.test.yaml", Verdict.NO, WHY[:1]),),
    (Problem("x", "a \x1b[31m\x00 problem", Span("s.yaml", 2, 3)),),
    (Problem("no-sample-series", "`a/b` can't be proven", None, "give `tests.series`", Severity.WARNING),),
    ("no promtool <here>",),
)


def text(proof, **options):
    return render(proof, "text", **options).splitlines()


def test_all_is_well_in_two_lines():
    proven = "1 SLO, 2 statements: all proven with promtool 2.42, 2.53 and 3.5 in 8.1 s"
    closing = f"{proven} (2 of 6 runs reused from before)"
    assert text(DONE) == ["shop/a  2 statements proven", "", closing]


def test_verbose_answers_every_statement():
    assert text(DONE, verbose=True)[:3] == ["shop/a", "  yes  pages", "  yes  pages"]


def test_a_failure_says_where_and_what():
    lines = text(replace(BAD, problems=()))
    first = lines.index("shop/long-name")
    assert lines[first + 1 : first + 6] == [
        "  NO   pages",
        "         t/outage.yaml, `outage`, promtool 2.42 and 3.5:",
        "           check 0",
        "             exp: 1",
        "             got: 2",
    ]
    assert "           and 2 more" in lines


def test_the_closing_line_hides_nothing():
    closing = text(BAD)[-1]
    assert closing.startswith("3 SLOs, 3 statements: 1 NOT proven, 1 not run, 1 proven with promtool 2.42")
    assert closing.endswith("; 2 other problems; 1 SLO without a proof")


def test_problems_alone_are_not_all_proven():
    assert "all proven" not in text(replace(DONE, problems=BAD.problems))[-1]
    assert "all proven" not in text(Proof(problems=BAD.problems))[-1]


def test_what_was_not_proven_and_not_run():
    lines = text(BAD)
    assert lines[lines.index("not proven:") + 1 :][:2] == [
        "  `a/b` can't be proven",
        "    = hint: give `tests.series`",
    ]
    assert lines[lines.index("NOT RUN:") + 1] == "  no promtool <here>"


def test_colour_only_when_asked():
    assert "\x1b" not in render(BAD, "text")
    coloured = render(BAD, "text", colour=True)
    assert "\x1b[1;31mNO \x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(BAD, "text")


def test_json_has_all():
    data = json.loads(render(BAD, "json"))
    assert [slo["id"] for slo in data["slos"]] == ["shop/a", "shop/long-name"]
    assert data["slos"][1]["statements"][0]["reasons"][0]["promtools"] == ["2.42", "3.5"]
    assert (data["ok"], data["complete"]) == (False, False)
    assert {"yes": 1, "no": 1, "not_run": 1}.items() <= data["summary"].items()
    assert data["not_proven"][0]["code"] == "no-sample-series"


def test_junit_counts_what_it_holds():
    root = ET.fromstring(render(BAD, "junit"))
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    assert [int(root.attrib[name]) for name in ("tests", "failures", "skipped")] == [7, 3, 3]
    assert {case.get("classname") for case in root.iter("testcase")} >= {"shop/a", "handwritten", "not run"}


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_at_all(format_):
    assert render(Proof(), format_)
