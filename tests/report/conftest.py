import pytest

from slogen.diagnostics import Problem, Severity, Span


@pytest.fixture
def problems() -> list[Problem]:
    return [
        Problem("no-specs", "there is nothing to do", severity=Severity.WARNING),
        Problem("duplicate-key", "`a` is given twice", Span("specs/b.yaml", 7, 3, 6, "  abc: 1"), "keep one"),
        Problem("bad-number", "second", Span("specs/a.yaml", 2, 1, 2, "x")),
    ]
