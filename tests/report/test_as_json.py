import json

from slogen.diagnostics import Problem
from slogen.report import as_json


def test_fields_are_a_contract(problems: list[Problem]) -> None:
    report = json.loads(as_json.render(problems))
    assert report["summary"] == {"errors": 2, "warnings": 1, "infos": 0}
    assert report["problems"][1] == {
        "code": "duplicate-key",
        "severity": "error",
        "message": "`a` is given twice",
        "hint": "keep one",
        "help": "docs/problems.md#duplicate-key",
        "slo": None,
        "path": "specs/b.yaml",
        "line": 7,
        "column": 3,
        "end_column": 6,
    }


def test_fields_are_there_without_a_place(problems: list[Problem]) -> None:
    bare, placed, _ = json.loads(as_json.render(problems))["problems"]
    assert list(bare) == list(placed)
    assert bare["path"] is bare["line"] is bare["column"] is bare["end_column"] is None


def test_the_slo_that_has_it() -> None:
    (entry,) = json.loads(as_json.render([Problem("objective", "no", slo="shop/checkout")]))["problems"]
    assert entry["slo"] == "shop/checkout"


def test_nothing_found() -> None:
    report = json.loads(as_json.render([]))
    assert report == {"problems": [], "summary": {"errors": 0, "warnings": 0, "infos": 0}}
