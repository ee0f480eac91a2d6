"""Each file of tests/bad: exactly the expected errors, at their places, and nothing compiled.

`# expect: line:column words` names an error, `# warn: ...` a warning (or information), `# settings: ...` is a
line of slogen.yaml. What only is warned of compiles. The folder is the code of one that is named so.
"""

import re
from pathlib import Path

import pytest

import slogen

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*/*.yaml"))
EXPECT = re.compile(r"^# expect: (\d+):(\d+) (.+)$", re.MULTILINE)
WARN = re.compile(r"^# warn: (\d+):(\d+) (.+)$", re.MULTILINE)
SETTINGS = re.compile(r"^# settings: (.+)$", re.MULTILINE)


def said(problem):
    return f"{problem.message}\n{problem.hint}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bad_file(path):
    text = path.read_text()
    expected = [(int(line), int(column), words) for line, column, words in EXPECT.findall(text)]
    settings = "\n".join(["apiVersion: slogen/v1", "kind: Settings", *SETTINGS.findall(text)])
    result = slogen.compile({path.name: text}, settings)
    errors = [problem for problem in result.problems if problem.is_error]
    places = [(problem.span.line, problem.span.column) for problem in errors]
    assert places == [(line, column) for line, column, _ in expected], [p.message for p in errors]
    for problem, (_, _, words) in zip(errors, expected, strict=True):
        assert words in said(problem)
        assert problem.hint
    warnings = [problem for problem in result.problems if not problem.is_error]
    warned = [
        problem
        for line, column, words in WARN.findall(text)
        for problem in warnings
        if (problem.span.line, problem.span.column) == (int(line), int(column)) and words in said(problem)
    ]
    assert len(warned) == len(WARN.findall(text)), [(p.span.line, p.span.column, p.message) for p in warnings]
    assert path.parent.name in {problem.code for problem in [*errors, *warned]}
    assert (result.files == {}) == bool(expected)


def test_every_folder_has_files():
    assert {path.parent for path in FILES} == {path for path in BAD.iterdir() if path.is_dir()}
