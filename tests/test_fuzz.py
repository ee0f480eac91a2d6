"""Broken specs and random bytes: never a traceback; errors with places, or rules that promtool accepts."""

import copy
import random
import warnings
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slogen

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[1]
SEEDS = [
    yaml.safe_load(path.read_text())
    for path in [*sorted((REPO / "specs").glob("*.yaml")), REPO / "tests/shape/full/slo.yaml"]
]
RULES_ONLY = "apiVersion: slogen/v1\nkind: Settings\ntargets: [prometheus]\n"
NASTY = [
    *(None, True, False, 0, -1, 1, 50, 100, 99.9, 0.001, 1e300, 10**30, [], {}, [[]], {"a": None}, [1, "a"]),
    *(
        "",
        " ",
        "a",
        "1e3",
        "on",
        "~",
        "99,9",
        "99.9%",
        "0%",
        "-5m",
        "5m",
        "1h",
        "30m",
        "1y",
        "90d",
        "1h1s",
        "7m",
    ),
    *(
        "slo_id",
        "severity",
        "__name__",
        "{{",
        "{{ window }}",
        "{{ x }}",
        "{% x",
        "{#",
        "a{",
        "a}",
        "a b",
        "x[5m]",
    ),
    *(
        "rate(x[{{ window }}])",
        "sum(rate(x[{{ window }}]))",
        "(rate(x[{{ window }}]))",
        "rate(x[{{ window }}]) #",
    ),
    *(
        '{a="b"}',
        'x{a=~"("}',
        'x{a=~"(?i)b|c(?i)d"}',
        'x{a=~"\\\\pL"}',
        'x{job!="y"}',
        "x offset 1h",
        "scalar(x)",
    ),
    *(
        "😀",
        "\x85\u2028",
        "\0",
        "x" * 5000,
        "a\nb",
        "`",
        '"',
        "\\",
        "%!d",
        "$value",
        "{{ $value }}",
        "#",
        "x # y",
    ),
]
HOW = ("drop", "double", "retype", "splice", "swap", "insert")
places = st.tuples(st.sampled_from(HOW), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(NASTY))
mutants = st.tuples(st.sampled_from(SEEDS), st.lists(places, min_size=1, max_size=4))


def slots(data):
    """Every container and key (or index) below it."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield data, key
        yield from slots(value)


def mutated(seed, edits):
    data = copy.deepcopy(seed)
    for how, first, second, value in edits:
        found = list(slots(data))
        if not found:
            break
        (inside, key), (other, other_key) = found[first % len(found)], found[second % len(found)]
        old = inside[key]
        if how == "drop":
            del inside[key]
        elif how == "double" and isinstance(inside, list):
            inside.append(copy.deepcopy(old))
        elif how == "double":
            inside[f"{key}s"] = copy.deepcopy(old)
        elif how == "retype":
            inside[key] = [old] if second % 2 else {"a": old}
        elif how == "insert" and isinstance(old, str):
            at = second % (len(old) + 1)
            inside[key] = f"{old[:at]}{value}{old[at:]}"
        elif how == "swap":
            inside[key] = copy.deepcopy(other[other_key])
        else:
            inside[key] = copy.deepcopy(value)
    return data


def holds(result):
    """Errors say where; without one there is output."""
    for problem in result.problems:
        assert problem.message
        assert problem.span is not None
        assert 1 <= problem.span.column < problem.span.end_column
    assert result.ok == bool(result.files)


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        warnings.simplefilter("error", DeprecationWarning)
        yield


def compile_mutant(yaml_of, seed, edits):
    text = yaml_of(mutated(seed, edits))
    try:
        result = slogen.compile(text, RULES_ONLY)
        holds(result)
    except Exception as error:
        error.add_note(text)
        raise
    return result


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(mutants)
def test_mutated_specs_with_tests(yaml_of, mutant):
    holds(slogen.compile(yaml_of(mutated(*mutant))))


def test_promtool_accepts_what_compiles(yaml_of, judge):
    chance = random.Random("mutants")
    results = []
    for _ in range(400):
        edit = (chance.choice(HOW), chance.randrange(10**6), chance.randrange(10**6), chance.choice(NASTY))
        results.append(compile_mutant(yaml_of, chance.choice(SEEDS), [edit]))
    fine = [result for result in results if result.ok]
    assert 40 < len(fine) < 360
    judge(fine)


@given(st.binary() | st.text() | st.text(st.sampled_from("[]{}:,-?&*!|>'\"%#a \n")))
def test_random_bytes(raw):
    holds(slogen.compile({"a.yaml": raw}))
    assert slogen.compile({}, raw).problems or raw.strip() == b""


LINES = (REPO / "specs" / "embeddings.yaml").read_text().splitlines(keepends=True)


@given(st.lists(st.integers(0, len(LINES) - 1), max_size=4), st.text(max_size=3), st.integers(0, 1500))
def test_mutated_text(dropped, inserted, at):
    text = "".join(line for number, line in enumerate(LINES) if number not in dropped)
    holds(slogen.compile(text[:at] + inserted + text[at:], RULES_ONLY))
