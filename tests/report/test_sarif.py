import json
from typing import Any

import jsonschema
import pytest

from slogen.codes import CODES
from slogen.diagnostics import Problem, Span
from slogen.report import sarif


def an_object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


COUNT = {"type": "integer", "minimum": 1}
TEXT = an_object("text", text={"type": "string", "minLength": 1})
REGION = an_object("startLine", startLine=COUNT, startColumn=COUNT, endColumn=COUNT)
ARTIFACT = an_object(
    "uri", uri={"type": "string", "pattern": r"^[-A-Za-z0-9._~/%]*$|^file:///[-A-Za-z0-9._~/%]*$"}
)
LOCATION = an_object(
    "physicalLocation",
    physicalLocation=an_object("artifactLocation region", artifactLocation=ARTIFACT, region=REGION),
)
RESULT = an_object(
    "message ruleId ruleIndex level locations",
    message=TEXT,
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    locations={"type": "array", "items": LOCATION, "uniqueItems": True},
)
HELP = an_object("text", text=TEXT["properties"]["text"], markdown=TEXT["properties"]["text"])
RULE = an_object(
    "id shortDescription",
    id={"type": "string"},
    shortDescription=TEXT,
    fullDescription=TEXT,
    help=HELP,
)
DRIVER = an_object(
    "name rules", name={"const": "slogen"}, rules={"type": "array", "items": RULE, "uniqueItems": True}
)
RUN = an_object(
    "tool results",
    tool=an_object("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
# What SARIF 2.1.0 demands of the parts that slogen writes, and nothing that it doesn't.
LOG = an_object(
    "version runs",
    **{"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
)


def log(problems: list[Problem]) -> Any:
    report = json.loads(sarif.render(problems))
    jsonschema.validate(report, LOG)
    return report["runs"][0]


def test_levels_rules_and_places(problems: list[Problem]) -> None:
    run = log([*problems, problems[1]])
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["bad-number", "duplicate-key", "no-specs"]
    assert [result["level"] for result in run["results"]] == ["warning", "error", "error", "error"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    region = run["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 7, "startColumn": 3, "endColumn": 6}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("specs/a b.yaml", "specs/a%20b.yaml"),
        ("é:100%.yaml", "%C3%A9%3A100%25.yaml"),
        ("/tmp/a.yaml", "file:///tmp/a.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
    ],
)
def test_paths_are_encoded(path: str, uri: str) -> None:
    (result,) = log([Problem("c", "m", Span(path))])["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_the_hint_is_in_the_message(problems: list[Problem]) -> None:
    assert log(problems)["results"][1]["message"]["text"] == "`a` is given twice\nhint: keep one"


def test_a_rule_says_what_its_code_means(problems: list[Problem]) -> None:
    rule = log(problems)["tool"]["driver"]["rules"][1]
    assert rule["shortDescription"]["text"] == "Duplicate key"
    assert rule["fullDescription"]["text"] == CODES["duplicate-key"].meaning
    assert rule["help"]["text"] == "Keep one of them.\ndocs/problems.md#duplicate-key"


def test_nothing_found_is_a_run_without_results() -> None:
    assert log([])["results"] == []
