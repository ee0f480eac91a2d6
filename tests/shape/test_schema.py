"""check(): every file of tests/bad that breaks a schema, and what no single file can show."""

import re
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from slogen.load import read
from slogen.shape.schema import MAX_PROBLEMS, check, check_as

BAD = Path(__file__).parents[1] / "bad"
FULL = Path(__file__).parent / "full"
CODES = (
    *("missing-field", "unknown-field", "wrong-type", "bad-value"),
    *("unknown-kind", "too-few", "too-many", "duplicate-item"),
)
FILES = [path for code in CODES for path in sorted((BAD / code).glob("*.yaml"))]
EXPECT = re.compile(r"# expect: (\d+):(\d+) (.+)")
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\n"


def problems_of(text):
    documents, _ = read("spec.yaml", text)
    return [problem for document in documents for problem in check(document)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bad_file(path):
    text = path.read_text()
    expected = [(int(line), int(column), words) for line, column, words in EXPECT.findall(text)]
    found = problems_of(text)
    assert [(p.span.line, p.span.column) for p in found] == [(line, column) for line, column, _ in expected]
    for problem, (_, _, words) in zip(found, expected, strict=True):
        assert words in problem.message + "\n" + problem.hint
    assert path.parent.name in {problem.code for problem in found}


def test_every_code_has_files():
    assert {path.parent.name for path in FILES} == set(CODES)


@pytest.mark.parametrize("path", sorted(FULL.glob("*.yaml")), ids=lambda path: path.stem)
def test_full_document_is_right(path):
    [document], problems = read("full.yaml", path.read_text())
    assert problems == check_as(document, path.stem) == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("prometheus: {min_version: 2.50}", 3, 'quote it: "2.50"'),
        ('prometheus: {min_version: "2.37"}', 3, 'a version from "2.42" on'),
        ("prometheus: {base_window: 1m}", 3, "expected one of `5m`, `10m`, `15m`"),
        ("prometheus: {scrape_interval: 0s}", 3, "a duration above 0"),
        ("prometheus: {max_rules_per_group: 4}", 3, "a whole number from 5 on"),
        ("kubernetes: {max_bytes: 1048577}", 3, "a whole number from 1 to 1048576"),
        ("prometheus: {max_rules_per_group: 20.5}", 3, "must be a whole number, not a number"),
        ("alertmanager: {min_version: 0.25}", 3, 'quote it: "0.25"'),
        ("targets: [prometheus, kubernets]", 3, "did you mean `kubernetes`?"),
        ("targets: [tests, tests]", 3, "`tests` is listed twice in `targets`"),
        ("severities: {warning: ticket}", 3, "expected one of `page`, `ticket`, `info`"),
        ("labels: {cluster: ''}", 3, "`cluster` cannot be empty"),
        ("kubernetes: {namespace: Monitoring}", 3, "such as `namespace: monitoring`"),
        ("kubernetes: {labels: {a b: c}}", 3, "a Kubernetes label name"),
        ("output: {folder: out}", 3, "unknown field `folder`"),
        ("output: {dir: out, dirs: out}", 3, "expected one of `dir`, `tests`"),
        ("graphana: {folder: SLOs}", 3, "did you mean `grafana`?"),
    ],
)
def test_settings(text, line, words):
    [problem] = problems_of(SETTINGS + text + "\n")
    assert problem.span.line == line
    assert words in problem.message + "\n" + problem.hint


def test_merge_key_is_left_to_the_reader():
    text = "apiVersion: slogen/v1\nkind: AlertPolicy\nname: a\nwindow: 30d\ntiers:\n- &t {}\n- {<<: *t}\n"
    assert [(p.code, p.span.line) for p in problems_of(text)] == [("missing-field", 6)] * 5
    assert problems_of(SETTINGS + "labels: &a {b: c}\nkubernetes: {labels: {<<: *a}}\n") == []


def test_alias_is_one_problem_with_the_value_as_written():
    text = SETTINGS + "labels: {a: &n 1}\nkubernetes: {labels: {a: *n}}\n"
    [problem] = problems_of(text)
    assert (problem.span.line, problem.hint) == (3, 'quote it: "1"')


def test_kind_is_guessed_from_the_fields_when_it_is_missing():
    found = problems_of("apiVersion: slogen/v1\nalertmanager: {version: 1}\n")
    assert [problem.message for problem in found] == ["the document has no `kind`", "unknown field `version`"]


@pytest.mark.slow
def test_problems_of_a_hostile_document_are_limited():
    labels = ", ".join(f"{number}x: {number}" for number in range(50_000))
    found = problems_of(SETTINGS + f"labels: {{{labels}}}\n")
    assert len(found) == MAX_PROBLEMS + 1
    assert found[0].message == f"stopped after {MAX_PROBLEMS} problems in this document"


@pytest.mark.slow
def test_no_check_is_quadratic():
    start = process_time()
    fields = "".join(f"serv{number}: 1\n" for number in range(30_000))
    targets = ", ".join(str(number) if number % 2 else f"t{number}" for number in range(30_000))
    assert len(problems_of(SETTINGS + f"targets: [{targets}]\n" + fields)) == MAX_PROBLEMS + 1
    assert process_time() - start < 10  # minutes, if each item met each other one


def test_values_are_shown_on_one_short_line():
    [problem] = problems_of(SETTINGS + 'kubernetes: {namespace: "a\\n\\e' + "b" * 500 + '"}\n')
    assert problem.message.startswith("`namespace` cannot be `a\\n\\x1bbbb")
    assert len(problem.message) < 100


def test_a_right_document_needs_no_jsonschema():
    code = (
        "import sys; from slogen.load import read; from slogen.shape.schema import check;"
        "text = open(sys.argv[1]).read(); assert check(read('a', text)[0][0]) == [];"
        "assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, FULL / "slo.yaml"], check=True, cwd=BAD.parents[1])
