"""What has no place is told: once, and where it stands."""

import pytest

from slogen.diagnostics import Severity
from tests.moving.conftest import codes, move, moved

SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: {first}
    objective: 99
    sli: {{raw: {{error_ratio_query: 'r{{job="a"}}'}}}}
  - {second}
"""


def test_items_without_a_value_are_told():
    found = move(SLOTH.format(first="a", second="null"))
    told = [problem for problem in found.problems if problem.code == "import-lost-field"]
    assert [(p.span.line, p.message) for p in told] == [(7, "`slos.1` is an item of a list without a value")]


def test_what_objects_have_is_told_once_a_file():
    found = moved("pyrra/shop.yaml")
    of_objects = [p for p in found.problems if p.code == "import-lost-field"]
    assert [(p.span.line, p.severity) for p in of_objects] == [(13, Severity.INFO)]
    assert "`metadata.labels.app.kubernetes.io/managed-by`" in of_objects[0].message
    assert "`status`" in of_objects[0].message
    assert not any(
        p.severity is Severity.INFO for slo in found.slos for p in slo.problems if "lost" in p.code
    )


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("Check_Out", "check-out", 1), ("check-out", "Check_Out", 0), ("Check Out", "Check_Out", 0)],
)
def test_who_is_called_so_keeps_the_name(first, second, kept):
    other = f"{{name: {second}, objective: 99, sli: {{raw: {{error_ratio_query: r}}}}}}"
    slos = move(SLOTH.format(first=first, second=other)).slos
    assert [slo.id for slo in slos if slo.fields] == ["shop/check-out"]
    assert slos[kept].fields
    (problem,) = slos[1 - kept].problems
    assert problem.code == "import-refused-collision"
    assert f"foreign.yaml:{(4, 7)[kept]}" in problem.message


CHART = "{{ .Values.team }}"
ALERTING = f"""\
    alerting:
      name: '{CHART}Burns'
      annotations: {{summary: '{CHART} is bad', broken: '{{{{ if }}}}', kept: '{{{{ $value }}}}'}}
      page_alert: {{labels: {{pager: '{CHART}', spared: '{{{{`{{{{ $value }}}}`}}}}'}}}}
"""


def test_templates_of_charts_are_left_out():
    text = SLOTH.format(first="a", second="null").replace("  - null\n", ALERTING)
    (slo,) = move(text).slos
    assert slo.fields
    alerting = slo.fields["alerting"]
    assert alerting == {name: {"annotations": {"kept": "{{ $value }}"}} for name in ("page", "ticket")}
    told = [problem for problem in slo.problems if problem.code == "import-lost-value"]
    assert [problem.span.line for problem in told] == [8, 9, 10, 10, 9]
    assert [problem.hint.count("helm template") for problem in told] == [1, 1, 1, 1, 0]
    assert told[-1].message.startswith("`broken` of pages and tickets")


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_imported():
    found = move("a: 1\na: 2\n")
    assert {problem.code for problem in found.problems} == {"duplicate-key", "import-unread-file"}
    assert "import-unread-file" not in codes(moved("sloth/shop.yaml").slos[0])
