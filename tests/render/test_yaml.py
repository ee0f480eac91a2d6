"""The emitter, as people see it; that every reader agrees with it is in test_properties.py."""

from decimal import Decimal

import pytest

from slogen.yamltext import dump, scalar


@pytest.mark.parametrize("text", ["word", "slo:sli_bad:rate5m", "a-b", "a.b/c", "page_fast", "A", "_"])
def test_plain_words_stay_bare(text):
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", '""'),
        ("1e3", '"1e3"'),
        ("5m", '"5m"'),
        ("on", '"on"'),
        ("Null", '"Null"'),
        ("n", '"n"'),  # a boolean to YAML 1.1
        ("Y", '"Y"'),
        ("a b", '"a b"'),
        ("a:", '"a:"'),
        ('say "x"', r'"say \"x\""'),
        ("tab\t", r'"tab\t"'),
        ("\x85\u2028\x7f", r'"\u0085\u2028\u007f"'),
        ("é😀", '"é😀"'),
    ],
)
def test_all_else_is_quoted(text, quoted):
    assert scalar(text) == quoted


def test_expressions_are_blocks():
    assert dump({"a": [{"expr": 'x{y="z"}', "k": 1}]}) == 'a:\n  - expr: |-\n      x{y="z"}\n    k: 1\n'
    assert dump({"a": "b\nc"}) == "a: |-\n  b\n  c\n"


@pytest.mark.parametrize(
    "text", ["a\n", "\na", " a\nb", "a \nb", "a\n\nb", "a\tb\nc", "a\u2028\nb", "a\r\nb"]
)
def test_what_a_block_would_change_is_quoted(text):
    assert dump({"a": text}).startswith('a: "')


def test_layout():
    data = {"a": {"b": None, "c": True}, "d": [1, "x", {"e": [], "f": {}}, ["g"]]}
    assert dump(data) == ("a:\n  b: null\n  c: true\nd:\n  - 1\n  - x\n  - e: []\n    f: {}\n  -\n    - g\n")


def test_no_anchors_for_what_is_shared():
    shared = {"x": "z"}
    assert dump({"a": shared, "b": shared}) == "a:\n  x: z\nb:\n  x: z\n"


@pytest.mark.parametrize("value", [1.5, b"x", {1, 2}, object()])
def test_other_types_are_refused(value):
    with pytest.raises(TypeError, match="as YAML"):
        dump({"a": value})


@pytest.mark.parametrize(("number", "text"), [("99.90", "99.9"), ("1E+2", "100"), ("0.00001", "0.00001")])
def test_decimals_are_plain_numbers(number, text):
    assert dump({"a": Decimal(number)}) == f"a: {text}\n"
