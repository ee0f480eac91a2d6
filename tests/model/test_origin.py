"""Where a value was written, or would have been."""

from slogen.load import read
from slogen.model.origin import Origin

TEXT = "defaults:\n  owner: b\nslos:\n  - name: x\n    labels: {a: c}\n"


def origin() -> Origin:
    [document], _ = read("spec.yaml", TEXT)
    return Origin(document, (("slos", 0), (), ("defaults",)))


def place(found: Origin, **options: bool) -> tuple[int, int]:
    span = found.span(**options)
    return span.line, span.column


def test_own_inherited_and_missing():
    assert place(origin().at("labels", "a")) == (5, 17)
    assert place(origin().at("labels", "a"), key=True) == (5, 14)
    assert place(origin().at("owner")) == (2, 10)
    assert place(origin().at("window")) == (4, 5)


def test_exists():
    assert origin().at("owner").exists
    assert not origin().at("labels", "b").exists
    assert not origin().at("name", 0, "x").exists


def test_problem_points_there():
    problem = origin().at("owner").problem("code", "message", "hint")
    assert (problem.code, problem.hint, problem.span.path, problem.span.text) == (
        "code",
        "hint",
        "spec.yaml",
        "  owner: b",
    )
