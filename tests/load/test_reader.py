from decimal import Decimal

import pytest

from slogen.diagnostics import Problem, Severity
from slogen.load import compose
from slogen.load.reader import read


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(compose, "Loader", compose.PureLoader)


def only_problem(text: str | bytes) -> Problem:
    _, problems = read("a.yaml", text)
    assert len(problems) == 1
    return problems[0]


def test_plain_data() -> None:
    documents, problems = read("a", "a: [on, '12', 12, 99.90, ~]\nb:\n  c: |\n    x\n  d:\n")
    assert not problems
    assert documents[0].data == {"a": ["on", "12", 12, Decimal("99.90"), None], "b": {"c": "x\n", "d": None}}


def test_several_documents_keep_their_index_and_empty_ones_are_left_out() -> None:
    documents, problems = read("a", "---\n---\na: 1\n---\n# nothing\n---\nb: 2\n")
    assert not problems
    assert [(document.index, document.data) for document in documents] == [(1, {"a": 1}), (3, {"b": 2})]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null"])
def test_a_file_without_document_is_a_warning(text: str) -> None:
    problem = only_problem(text)
    assert (problem.code, problem.severity) == ("empty-file", Severity.WARNING)


def test_duplicate_key_names_the_first_and_keeps_it() -> None:
    documents, problems = read("a", "x: 1\ny: 2\nx: 3\n")
    assert documents[0].data == {"x": 1, "y": 2}
    assert problems[0].code == "duplicate-key"
    assert "line 1" in problems[0].message
    assert problems[0].span is not None
    assert problems[0].span.line == 3


def test_the_same_key_quoted_is_a_duplicate_too() -> None:
    assert only_problem("x: 1\n'x': 2\n").code == "duplicate-key"


@pytest.mark.parametrize("key", ["1", "0.9", "true", "~", "? [a]\n", "? {a: b}\n", "{{ x }}", "?\n"])
def test_keys_are_text(key: str) -> None:
    assert only_problem(f"{key}: x").code == "non-string-key"


@pytest.mark.parametrize("key", ["'1'", '"true"', "on", "y", "1:30", "!!str 1"])
def test_quoted_keys_and_words_are_text(key: str) -> None:
    assert read("a", f"{key}: x")[1] == []


def test_an_unquoted_template_gets_the_hint_to_quote() -> None:
    assert "quotes" in only_problem("bad: {{ window }}").hint


def test_core_tags_are_obeyed() -> None:
    documents, problems = read("a", "a: !!str 12\nb: !!float 1\nc: !!int '3'\nd: !!seq []\ne: !!map {}")
    assert not problems
    assert documents[0].data == {"a": "12", "b": 1, "c": 3, "d": [], "e": {}}
    assert isinstance(documents[0].data["b"], Decimal)


@pytest.mark.parametrize(
    "value",
    ["!!python/object:os.system x", "!foo x", "!foo [x]", "!!int x", "!!map [x]", "!!set {x}", "!!bool 1"],
)
def test_other_tags_are_refused(value: str) -> None:
    assert only_problem(f"a: {value}").code == "unsupported-tag"


def test_aliases_are_values_of_their_own() -> None:
    data = read("a", "a: &x {b: [1]}\nc: *x\n")[0][0].data
    data["c"]["b"].append(2)
    assert data["a"] == {"b": [1]}


def test_merge_keys_are_refused() -> None:
    assert only_problem("a: &x {b: 1}\nc:\n  <<: *x\n").code == "merge-key"


def test_numbers_out_of_range_stand_as_text() -> None:
    documents, problems = read("a", "a: .nan\nb: 1e99999\n")
    assert documents[0].data == {"a": ".nan", "b": "1e99999"}
    assert [problem.code for problem in problems] == ["bad-number", "bad-number"]


def test_documents_before_a_syntax_error_are_kept() -> None:
    documents, problems = read("a", "a: 1\n---\nb: [\n")
    assert [document.data for document in documents] == [{"a": 1}]
    assert [problem.code for problem in problems] == ["yaml-syntax"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_encodings(encoding: str) -> None:
    assert read("a", "a: é😀\n".encode(encoding))[0][0].data == {"a": "é😀"}


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"a: 1\nb: \xff", 2, 4),
        ("é: ".encode() + b"\xc3", 1, 4),
        (b"a\x00b", 1, 2),
        (b"a: \x1b[31m", 1, 4),
        ("a: \ud800", 1, 4),
        (b"\xff\xfea", 1, 1),
        (b"\x89PNG\r\n\x1a\n", 1, 1),
    ],
)
def test_what_is_not_text(raw: bytes | str, line: int, column: int) -> None:
    problem = only_problem(raw)
    assert problem.code == "not-text"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (line, column)


def test_long_words_do_not_blow_up_messages() -> None:
    key = "k" * 1000
    assert len(only_problem(f"'{key}': 1\n'{key}': 2").message) < 150
