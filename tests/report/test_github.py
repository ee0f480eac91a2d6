from slogen.diagnostics import Problem, Severity, Span
from slogen.report import github


def test_commands(problems: list[Problem]) -> None:
    assert github.render(problems).splitlines() == [
        "::warning title=no-specs::there is nothing to do",
        "::error file=specs/b.yaml,line=7,col=3,endColumn=6,title=duplicate-key::"
        "`a` is given twice%0Ahint: keep one",
        "::error file=specs/a.yaml,line=2,col=1,endColumn=2,title=bad-number::second",
    ]


def test_escapes() -> None:
    problem = Problem("c", "100%: a, b\r\n::error::x\x1b", Span("a,b:100%.yaml"), severity=Severity.INFO)
    assert github.render([problem]) == (
        "::notice file=a%2Cb%3A100%25.yaml,line=1,col=1,endColumn=2,title=c"
        "::100%25: a, b%0D%0A::error::x\\x1b"
    )


def test_nothing_found() -> None:
    assert github.render([]) == ""
