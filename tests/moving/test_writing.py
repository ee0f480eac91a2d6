"""Specs that are written: slogen takes them, people can read them, and promtool proves what comes of them."""

from pathlib import Path

import pytest

import slogen
from slogen.diagnostics import Severity
from slogen.moving.dialect import Options
from slogen.moving.importing import move_all
from slogen.moving.judge import Judge
from slogen.moving.outcome import Import
from slogen.pipeline import Result
from slogen.report.moving import render
from slogen.understand import understand
from tests.moving.conftest import FOLDER, move, moved

SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
window: "30d"
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        bad: 'bad_total{job="shop"}'
        total: 'all_total{job="shop"}'
"""


def compiled(found: Import) -> Result:
    return slogen.compile({f"specs/{spec.service}.yaml": spec.text for spec in found.specs})


def test_what_is_written_validates(file: str) -> None:
    found = moved(file)
    result = compiled(found)
    assert [problem for problem in result.problems if problem.is_error] == []
    slos = {slo.id for service in result.services for slo in service.slos}
    assert slos == {slo.id for slo in found.slos if slo.id}


def test_the_same_again_is_the_same(file: str) -> None:
    assert moved(file) == moved(file)


def test_what_slogen_warns_of_was_told(file: str) -> None:
    """Nobody learns from `validate` what the import could have said."""
    found = moved(file)
    told = " ".join(problem.message for problem in found.all_problems)
    project = understand({f"{spec.service}.yaml": spec.text for spec in found.specs})
    warnings = [problem for problem in project.problems if problem.severity is Severity.WARNING]
    assert [problem.message for problem in warnings if problem.message not in told] == []


def test_a_spec_as_it_reads() -> None:
    text = """\
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.9
    plugins: {chain: [a]}
    sli:
      raw:
        error_ratio_query: |
          sum(rate(bad_total{job="shop"}[{{.window}}])) / sum(rate(all_total{job="shop"}[{{.window}}]))
"""
    (spec,) = move(text).specs
    lines = [line for line in spec.text.splitlines(keepends=True) if not line.strip().startswith("#")]
    assert "".join(lines) == SPEC
    comments = [line.split()[1] for line in spec.text.splitlines() if " import-" in line]
    assert comments == ["import-decide-period:", "import-lost-field:"]


def test_what_all_have_stands_once() -> None:
    found = moved("pyrra/shop.yaml", service="all")
    (spec,) = found.specs
    assert spec.text.index("# Imported") == 0
    (sloth,) = moved("sloth/operator.yaml").specs
    assert sloth.text.count("window:") == 1


def test_what_is_said_of_several_documents_stands_once() -> None:
    slo = "slos: [{{name: {}, objective: 99, sli: {{raw: {{error_ratio_query: 'r{{job=\"a\"}}'}}}}}}]\n"
    documents = [f"version: prometheus/v1\nservice: shop\n{slo.format(name)}" for name in "abc"]
    found = move("---\n".join(documents))
    (spec,) = found.specs
    head = " ".join(spec.text.partition("apiVersion")[0].replace("\n# ", " ").split())
    assert head.count("import-decide-period") == 1
    assert "(foreign.yaml:2, and 2 more)" in head
    report = render(found, Path("specs"), "text", [])
    assert report.count("don't say the period") == 1
    assert "foreign.yaml:2:10 and 2 more  [import-decide-period]" in report
    assert "6 to decide" in report


def test_several_files_make_one_service() -> None:
    head = "version: prometheus/v1\nservice: shop\nslos:\n"
    slo = "  - {{name: {}, objective: 99, sli: {{raw: {{error_ratio_query: 'r{{job=\"a\"}}'}}}}}}\n"
    texts = {name: (head + slo.format(name[0])).encode() for name in ("b.yaml", "a.yaml")}
    found = move_all(texts, _options())
    assert [(spec.service, spec.sources) for spec in found.specs] == [("shop", ("a.yaml", "b.yaml"))]


def test_a_collision_is_a_problem_of_the_second() -> None:
    head = "version: prometheus/v1\nservice: shop\nslos:\n"
    slo = "  - {name: x, objective: 99, sli: {raw: {error_ratio_query: 'r{job=\"a\"}'}}}\n"
    found = move(head + slo + slo)
    first, second = found.slos
    assert (first.id, second.fields) == ("shop/x", None)
    (problem,) = second.problems
    assert (problem.code, problem.span.line) == ("import-refused-collision", 5)
    assert "foreign.yaml:4" in problem.message


@pytest.mark.parametrize("text", ["kind: Deployment\n", "- a\n", "a\n"])
def test_other_documents_are_told(text: str) -> None:
    found = move(text)
    assert [problem.code for problem in found.problems] == ["import-unknown-document", "import-nothing"]


def test_objects_of_a_project_that_has_them_are_not_to_be_decided() -> None:
    objects = b"kubernetes: {namespace: monitoring, labels: {role: alert-rules}}\n"
    settings = b"apiVersion: slogen/v1\nkind: Settings\n" + objects
    raw = (FOLDER / "sloth/operator.yaml").read_bytes()
    told = {p.code for p in move_all({"a.yaml": raw}, _options(settings)).problems}
    assert "import-decide-objects" not in told
    assert "import-decide-objects" in {p.code for p in moved("sloth/operator.yaml").problems}


def _options(settings: bytes | None = None) -> Options:
    return Options(Judge(settings))
