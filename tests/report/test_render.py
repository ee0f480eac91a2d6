import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.diagnostics import Problem, Severity, Span
from slogen.report import FORMATS, render

texts = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("\x1b\x07\x9b\r\n\t\u202e\u2066\x7f日😀%:,")),
    max_size=150,
)
spans = st.builds(Span, st.text(), st.integers(1, 9), st.integers(1, 200), st.integers(2, 300), texts)
found = st.builds(Problem, texts, texts, st.none() | spans, texts, st.sampled_from(Severity))


@pytest.mark.slow
@given(st.lists(found, max_size=3), st.sampled_from(sorted(FORMATS)))
def test_nothing_raw_reaches_a_terminal(problems: list[Problem], format: str) -> None:
    report = render(problems, format)
    unsafe = {char for char in report if not char.isprintable()} - {"\n", "\u200d"}
    assert not unsafe
    report.encode("utf-8")


def test_ordered_by_place(problems: list[Problem]) -> None:
    report = render(problems, "text")
    places = [report.index(words) for words in ("no-specs", "specs/a.yaml", "specs/b.yaml")]
    assert places == sorted(places)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_only_text_has_colour(format: str, problems: list[Problem]) -> None:
    assert "\x1b" not in render(problems, format)
    assert ("\x1b[1;31m" in render(problems, format, colour=True)) is (format == "text")


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(KeyError):
        render([], "xml")
