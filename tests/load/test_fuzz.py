"""Whatever bytes come in, reading returns documents and problems, whose places are in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.diagnostics import Problem
from slogen.load import compose
from slogen.load.document import Document
from slogen.load.reader import read

SEED = """\
%TAG !e! tag:example.org,2000:
---
service: &s chat-api
labels: {tier: "1", on: yes, 'it''s': ~, "\\u00e9": [0x1F, 1e3, .inf, *s]}
slos:
- name: a
  description: >-
    folded
      text
  sli: !!map
    ? complex
    : |+
      kept

---
- [{a: 1}, !e!x y, '😀']
...
"""
PIECES = [
    *"[]{}:,-?&*!|>'\"%@`#\t\n\r \\~<.0",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x00",
    "---\n",
    "...",
    "<<: ",
    "- ",
    ": ",
]

edits = st.lists(
    st.tuples(st.integers(0, len(SEED)), st.integers(0, 12), st.sampled_from([*PIECES, ""])), max_size=6
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = SEED
    for at, length, piece in draw(edits):
        text = text[:at] + piece + text[at + length :]
    return text


def holds(outcome: tuple[list[Document], list[Problem]]) -> None:
    documents, problems = outcome
    assert documents or problems
    spans = [problem.span for problem in problems] + [document.span(("a", 0)) for document in documents]
    for span in spans:
        assert span is not None
        assert span.line >= 1
        assert 1 <= span.column < span.end_column
        assert "\n" not in span.text
        assert span.column <= len(span.text) + 1


@given(
    st.one_of(
        st.binary(),
        st.text(alphabet=st.characters()),
        st.text(alphabet=st.sampled_from("[]{}:,-?&*!|>'\"%#a \n")),
    )
)
def test_any_bytes(text: bytes | str) -> None:
    holds(read("a.yaml", text))


@given(mutated())
def test_mutated_yaml(text: str) -> None:
    holds(read("a.yaml", text))


@given(mutated())
def test_mutated_yaml_with_the_parser_in_python(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "Loader", compose.PureLoader)
        holds(read("a.yaml", text))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_quoted_text_is_itself(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    documents, problems = read("a.yaml", f"a: {quoted}")
    if any(problem.code == "not-text" for problem in problems):
        assert any(ord(char) >= 0xFEFF for char in text)
    elif not set(text) & set("\u2028\u2029"):
        assert documents[0].data == {"a": text}
