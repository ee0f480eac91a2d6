"""What expressions read, and when; and their raw parts."""

import pytest

from slogen.history.combs import Comb
from slogen.history.parts import is_raw, selectors, split
from slogen.history.reads import reads_of
from slogen.promql.parse import parse
from slogen.promql.tree import VectorSelector
from slogen.promql.written import with_selectors, written


@pytest.mark.parametrize(
    ("expr", "comb"),
    [
        ("a", Comb(60, 6000, 6600)),
        ("a offset 5m", Comb(60, 5700, 6300)),
        ("sum_over_time(a[10m])", Comb(30, 5400, 6600)),
        ("sum_over_time(a[10m] offset 5m)", Comb(30, 5100, 6300)),
        ("sum_over_time(a[1h:4m] offset 30m)", Comb(240, 480, 4800)),
        ("sum_over_time((a offset 10m)[1h:5m])", Comb(300, 1800, 6000)),
        ("sum_over_time((a offset 90s)[1h:1m] offset -30s)", Comb(60, 2310, 6510)),
        ("max_over_time((sum_over_time(a[5m]))[10m:1m])", Comb(30, 5100, 6600)),
        ("sum_over_time((b and a @ end())[1d:1h])", Comb(60, 6000, 6600)),
        ("last_over_time(a[29s999ms])", Comb(30, 5970, 6600)),
    ],
)
def test_when_a_selector_is_read(expr, comb):
    found = [read for read in reads_of(parse(expr), 60) if read.selector.name == "a"]
    assert [list(read.of(Comb(60, 6000, 6600), 30)) for read in found] == [list(comb)]


def is_recorded(selector):
    return selector.name.startswith("slo:")


def parts_of(expr):
    parts = {}
    rest = split(parse(expr), is_recorded, lambda text: parts.setdefault(text, f"p{len(parts)}"))
    return written(rest), list(parts)


@pytest.mark.parametrize(
    ("expr", "rest", "parts"),
    [
        ("sum(rate(x[5m])) or 0 * sum(slo:t)", "(p0 + 0) or 0 * sum(slo:t)", ["sum(rate(x[5m]))"]),
        ("slo:a unless (up == 1 and x)", "slo:a unless (p0 + 0)", ["(up == 1 and x)"]),
        ("slo:a > time() - 5", "slo:a > time() - 5", []),
        (
            "count_over_time((x or 0 * slo:a)[5m:30s])",
            "count_over_time(((p0 + 0) or 0 * slo:a)[5m:30s])",
            ["x"],
        ),
        ("slo:a / (x + x)", "slo:a / (p0 + 0)", ["(x + x)"]),
        ("max(x) + slo:a + max(x)", "(p0 + 0) + slo:a + (p0 + 0)", ["max(x)"]),
    ],
)
def test_raw_parts(expr, rest, parts):
    assert parts_of(expr) == (rest, parts)


def test_raw_is_what_reads_nothing_recorded():
    assert is_raw(parse("rate(x[5m])"), is_recorded)
    assert not is_raw(parse("rate(x[5m]) + slo:a"), is_recorded)
    assert not is_raw(parse("vector(1)"), is_recorded)  # reads nothing at all


def test_selectors_are_changed_wherever_they_stand():
    tree = with_selectors(parse("sum(rate(x[5m])) / -(y offset 1h) > bool 3"), lambda _: VectorSelector("z"))
    assert written(tree) == "sum(rate(z[5m])) / -(z) > bool 3"
    assert [each.name for each in selectors(tree)] == ["z", "z"]
