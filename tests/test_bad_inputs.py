"""Each file of tests/bad: exactly the expected errors, at their places, and nothing compiled.

`# expect: line:column words` names an error, `# settings: ...` is a line of slogen.yaml.
"""

import re
from pathlib import Path

import pytest

import slogen

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*/*.yaml"))
EXPECT = re.compile(r"^# expect: (\d+):(\d+) (.+)$", re.MULTILINE)
SETTINGS = re.compile(r"^# settings: (.+)$", re.MULTILINE)


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
        assert words in f"{problem.message}\n{problem.hint}"
    assert path.parent.name in {problem.code for problem in errors}
    assert result.files == {}


def test_every_folder_has_files():
    assert {path.parent for path in FILES} == {path for path in BAD.iterdir() if path.is_dir()}
