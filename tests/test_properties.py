"""What must hold for every window, objective, text and order of files."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

import slogen
from slogen.load import read
from slogen.model.read_alerting import read_policy
from slogen.model.tiers import PAGE, TICKET, Frame, derive
from slogen.model.windows import closure, tiles
from slogen.sli.threshold import boundary_matcher
from slogen.units import DAY, HOUR, MINUTE, plain
from slogen.yamltext import dump

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[1]
POLICY = read_policy(yaml.safe_load((REPO / "slogen/presets/policies/default.yaml").read_text()))
SPECS = {path.name: path.read_text() for path in sorted((REPO / "specs").glob("*.yaml"))}
RULES_ONLY = "apiVersion: slogen/v1\nkind: Settings\ntargets: [prometheus, kubernetes]\n"
SAID = {
    *(n * MINUTE for n in (5, 10, 15, 20, 30)),
    *(n * HOUR for n in (1, 2, 3, 4, 6, 8, 12, 18, 36)),
    *(n * DAY for n in range(1, 31)),
}
AS_THEY_COME = slogen.compile(SPECS, RULES_ONLY)
NASTY = (
    *(
        "1e3",
        "0o17",
        "09",
        "0x1f",
        "1_000",
        ".5",
        "1:30",
        "190:20:30",
        "2026-01-01",
        "on",
        "off",
        "yes",
        "n",
        "Y",
    ),
    *(
        "~",
        "null",
        "Null",
        "true",
        "TRUE",
        ".nan",
        ".inf",
        "-.INF",
        "nan",
        "=",
        "<<",
        "-",
        "?",
        ":",
        "---",
        "...",
    ),
    *(
        "#",
        " #",
        "a #b",
        "a: b",
        "a:",
        "- a",
        "? a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "'a'",
        '"a"',
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        "{}",
        "[]",
        "\\",
        "a\\nb",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb",
        "a\n b",
        " a",
        "a ",
        "\ta",
    ),
    *(
        "a\t",
        "a\tb",
        "a\r\nb",
        "\x85",
        "a\x85b",
        "\u2028",
        "a\u2029b",
        "\xa0",
        "\ufeff",
        "\ufffd",
        "\x7f",
        "\0",
    ),
    *(
        "é",
        "漢字",
        "😀",
        "\U0010ffff",
        "x" * 200,
        "x " * 60 + '"',
        "x\n" * 5 + "#",
        "{{",
        "}}",
        "{{ $value }}",
    ),
    *(
        "{{{{",
        "{{/*",
        "{% x %}",
        "{{ printf `a` }}",
        "$labels",
        "100%",
        "%!s",
        "a\\",
        "\\",
        "a'\"b",
        "=~",
        "\x1b[0m",
    ),
)
# Few examples of many texts each: promtool is asked once for each example.
BATCH = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def frames(draw):
    base = draw(st.sampled_from([5, 10, 15])) * MINUTE
    window = base * draw(
        st.integers(HOUR // base, 90 * DAY // base)
        | st.integers(HOUR // base, 2 * DAY // base)
        | st.sampled_from([days * DAY // base for days in (7, 30, 91, 365)])  # of calendar periods
    )
    objective = draw(st.integers(50_000, 99_999) | st.integers(90_000, 99_999) | st.just(99_999))
    return Frame(window, 1 - Fraction(objective, 100_000), base, draw(st.integers(1, 75)))


@settings(max_examples=400)
@given(frames())
def test_tiers(frame):
    tiers = derive(POLICY, frame)
    shares = {line.name: line.share for line in POLICY.tiers}
    for tier in tiers:
        assert tier.threshold == tier.factor * frame.budget <= Fraction(9, 10)
        assert tier.factor >= (1 if tier.severity == TICKET else min(2, Fraction(3, 4) / frame.budget))
        assert max(5 * MINUTE, frame.base, 4 * frame.scrape) <= tier.short <= tier.long <= frame.window
        assert {tier.short, tier.long} <= SAID
        assert tier.short % frame.base == tier.long % frame.base == 0
        assert tier.share == tier.factor * tier.long / frame.window
        assert abs(tier.share - shares[tier.name]) <= shares[tier.name] / 3
    for faster, slower in pairwise(tiers):
        assert faster.threshold > slower.threshold
        assert faster.long < slower.long
    tickets = [tier.factor for tier in tiers if tier.severity == TICKET]
    assert not tickets or min(tickets) <= Fraction(3, 2)
    assert tickets or frame.window < 2 * HOUR
    assert frame.window < 2.5 * HOUR * frame.base / (5 * MINUTE) or any(
        tier.severity == PAGE for tier in tiers
    )


bases = st.sampled_from([5 * MINUTE, 10 * MINUTE, 15 * MINUTE])


@given(bases, st.data())
def test_tiles_are_adjacent_and_add_up(base, data):
    window = base * data.draw(st.integers(2, 90 * DAY // base))
    parts = tiles(window, base)
    ends = [0, *(tile.offset + tile.length for tile in parts)]
    assert [tile.offset for tile in parts] == ends[:-1]
    assert ends[-1] == window
    assert 2 <= len(parts) <= 24


@given(bases, st.data())
def test_closure_holds_every_tile_and_no_more(base, data):
    counts = data.draw(st.lists(st.integers(1, 90 * DAY // base), max_size=4))
    wanted = [base * count for count in counts]
    found = closure(wanted, base)
    below = {tile.length for window in found for tile in tiles(window, base)} - {base}
    assert set(found) == (set(wanted) - {base}) | below
    assert list(found) == sorted(found)


@given(st.permutations(sorted(SPECS)))
@settings(max_examples=3)
def test_files_in_any_order_give_the_same(order):
    shuffled = {name: SPECS[name] for name in order}
    files = slogen.compile(shuffled, RULES_ONLY).files
    assert [*files.items()] == [*AS_THEY_COME.files.items()]


def test_files_do_not_depend_on_the_hash_seed(run_python):
    code = (
        "import slogen, sys; [print(p, t) for p, t in slogen.compile(open(sys.argv[1]).read()).files.items()]"
    )
    path = str(REPO / "specs" / "llm-inference.yaml")
    assert run_python(code, path, PYTHONHASHSEED="1") == run_python(code, path, PYTHONHASHSEED="2") != ""


scalars = texts | st.booleans() | st.none() | st.integers(-(10**15), 10**15)
keys = texts.filter(lambda text: text != "<<")  # a merge key to some readers
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def every_reader(text):
    documents, problems = read("out.yaml", text)
    assert problems == []
    return [documents[0].data, yaml.load(text, yaml.SafeLoader), yaml.load(text, yaml.CSafeLoader)]


@given(st.dictionaries(keys, trees, min_size=1, max_size=4))
def test_every_reader_reads_what_was_written(data):
    assert every_reader(dump(data)) == [data] * 3


def test_nasty_texts_are_read_as_written():
    keyed = [text for text in NASTY if text != "<<"]
    data = {**dict.fromkeys(keyed, "x"), "list": [*NASTY, [*NASTY]], "in": [{key: key} for key in keyed]}
    assert every_reader(dump(data)) == [data] * 3


# Prometheus takes U+FFFD for a broken character, and a label without a value for none: slogen refuses both.
BROKEN = "\ufffd"
whole = texts.filter(lambda text: BROKEN not in text)
no_spaces = whole.map(lambda text: "https://a.example/" + "".join(text.split()).replace("\0", ""))


@BATCH
@given(st.lists(st.tuples(whole.filter(bool), whole, no_spaces), min_size=30, max_size=30))
@example([(text, text, "https://a.example/x") for text in NASTY if BROKEN not in text])
def test_user_texts_survive(compiled, judge, drawn):
    slos = [
        {
            "name": f"s{n}",
            "owner": owner[:100],
            "description": text,
            "labels": {"a": text or "x", "b": "x" + owner},
        }
        | {"links": {"runbook": link, "dashboard": link, "wiki": link}}
        for n, (owner, text, link) in enumerate(drawn)
    ]
    result = compiled(*slos)
    judge([result])
    for data in every_reader(result.files["prometheus/shop.rules.yaml"]):
        rules = [rule for group in data["groups"] for rule in group["rules"]]
        for slo in slos:
            assert_said(slo, [rule for rule in rules if rule.get("labels", {}).get("slo") == slo["name"]])


def assert_said(slo, rules):
    """Owner, labels and links stand in the alerts (as templates) and on the info series (as they are)."""
    alerts = [rule for rule in rules if "alert" in rule]
    [info] = [rule["labels"] for rule in rules if rule.get("record") == "slogen_slo_info"]
    assert len(alerts) >= 7
    for labels in [info, *(unescaped(rule["labels"]) for rule in alerts)]:
        assert labels["owner"] == slo["owner"]
        assert labels["b"] == slo["labels"]["b"]
        assert labels.get("a", "") == slo["labels"]["a"]
    assert info.get("description", "") == slo["description"]
    assert info["link_wiki"] == slo["links"]["wiki"]
    for rule in alerts:
        assert unescaped(rule["annotations"])["runbook_url"] == slo["links"]["runbook"]
        assert unescaped(rule["annotations"])["dashboard_url"] == slo["links"]["dashboard"]
        assert unescaped(rule["annotations"])["objective"].endswith(slo["description"])


def unescaped(labels):
    """What Prometheus's templates make of it (tests/rules/test_labels.py asks promtool)."""
    return {name: value.replace('{{ "{{" }}', "{{") for name, value in labels.items()}


values = whole.filter(lambda text: not any(mark in text for mark in ("{{", "{%", "{#")))


@BATCH
@given(st.lists(values, min_size=30, max_size=30))
@example([text for text in NASTY if not any(mark in text for mark in ("{{", "{%", BROKEN))])
def test_any_matcher_value_survives(compiled, judge, drawn):
    selectors = [f"e{{job={json.dumps(value, ensure_ascii=False)}}}" for value in drawn]
    slos = [
        {"name": f"s{n}", "sli": {"events": {"bad": f"bad_{selector}", "total": selector}}}
        for n, selector in enumerate(selectors)
    ]
    judge([compiled(*slos)])


@given(st.decimals(Decimal("0.00001"), Decimal(10**7), places=5))
def test_every_boundary_finds_itself(number):
    matcher = boundary_matcher(number)
    pattern = matcher.value if matcher.op == "=~" else re.escape(matcher.value)
    for text in (plain(number), repr(float(number))):
        assert re.fullmatch(pattern, text)
    assert not re.fullmatch(pattern, plain(number + Decimal("0.00001")))
