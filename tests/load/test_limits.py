import time
from collections.abc import Iterator

import pytest

from slogen.load.reader import read

pytestmark = pytest.mark.slow


def laughs() -> Iterator[str]:
    yield "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for one, other in zip("abcdefgh", "bcdefghi", strict=True):
        yield f"{other}: &{other} [{', '.join([f'*{one}'] * 9)}]\n"


def chain(length: int) -> str:
    return "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, length))


HOSTILE = {
    "too-large": [
        "a: b\n" * 2_000_000,
        "[" + "0," * 600_000 + "]",
        "---\n" * 20_000,
        "".join(f"%TAG !{i}! x\n" for i in range(50_000)) + "---\na",
    ],
    "too-deep": ["[" * 1_000_000, "{a: " * 100_000, "- " * 1_000_000, "? " * 1_000_000, chain(5000)],
    "too-many-aliases": ["".join(laughs())],
    "recursive-alias": ["&a [*a]", "a: &a {b: [*a]}", "&a {*a : 1}"],
    "too-many-problems": ["- {a: 1, a: 2}\n" * 1000],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in HOSTILE.items() for text in texts]
)
def test_hostile_files_are_refused_fast(code: str, text: str) -> None:
    began = time.process_time()
    documents, problems = read("a.yaml", text)
    assert problems[-1].code == code
    assert not any(document.data for document in documents)
    assert time.process_time() - began < 10


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_fifty_levels_are_enough_for_everybody() -> None:
    assert read("a", nested(50))[1] == []
    assert read("a", nested(51))[1][0].code == "too-deep"


def test_aliases_count_for_depth() -> None:
    assert read("a", "- &a " + nested(47) + "\n- [*a]")[1] == []
    assert read("a", "- &a " + nested(47) + "\n- [[[*a]]]")[1][0].code == "too-deep"


def test_aliases_are_counted_over_the_whole_file() -> None:
    document = "- &a [" + "x," * 60_000 + "]\n- *a\n---\n"
    assert read("a", document)[1] == []
    assert [problem.code for problem in read("a", document * 2)[1]] == ["too-many-aliases"]


def test_honest_aliases_pass() -> None:
    text = "x: &x {a: [1, 2]}\n" + "".join(f"k{i}: *x\n" for i in range(1000))
    documents, problems = read("a", text)
    assert not problems
    assert len(documents[0].data) == 1001


def test_a_thousand_slos_in_one_file_pass() -> None:
    slo = "  - {name: n, objective: 99.9, sli: {events: {bad: 'x{a=\"b\"}', total: y}}} # " + "." * 400 + "\n"
    documents, problems = read("a", "service: s\nslos:\n" + slo * 1000)
    assert not problems
    assert len(documents[0].data["slos"]) == 1000
