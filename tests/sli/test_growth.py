"""What a counter grew by, as promtool computes it: each event once, whatever the scrapes do."""

import json
import re
import subprocess
from time import process_time

import pytest

from slogen.load import read
from slogen.model.origin import Origin
from slogen.model.sli import Recorded
from slogen.promql.parse import parse_selector
from slogen.settings import Settings
from slogen.sli import KINDS
from slogen.sli.growth import counted, grown, in_place_of_rates
from slogen.sli.occurring import not_occurring
from slogen.sli.slips import slips
from slogen.sli.template import side

[DOCUMENT], _ = read("spec.yaml", b"{}")
COUNTER = 'e{job="a",instance="i"}'
UP = 'up{job="a",instance="i"}'
CASES = {
    # At minute 20, or as it says, over the five minutes before; the counter's samples come each minute.
    "grows": ("0+3x40", "1x40", 15),
    "stands": ("7x40", "1x40", 0),
    "born on a target that was up": ("_x16 5x20", "1x40", 5),
    "born and growing": ("_x16 5 6 7 9x20", "1x40", 9),
    "first seen with its target": ("_x16 500x20", "_x16 1x20", 0),
    "grows after it was first seen": ("_x16 500 501 503x20", "_x16 1x20", 3),
    "its target was down": ("_x16 500x20", "0x16 1x20", 0),
    "back after minutes": ("500x9 _x6 500x20", "1x40", 0),
    "grew while it was away": ("500x9 _x6 504x20", "1x40", 0),
    # the window before ended with the value of minute 14: it goes on from there
    "one scrape fails at the start": ("0+3x14 _ 48+3x20", "1x40", 18),
    # half a minute later the target is seen no more often than a series that was born right after the start
    "born right after the start": ("_x16 5x20", "1x40", 5, "20m30s"),
}


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "3.5"])
@pytest.mark.parametrize("case", CASES)
def test_counts_each_event_once(oracles, tmp_path, version, case):
    values, up, events, *later = CASES[case]
    expr = f"sum({grown(parse_selector(COUNTER), [UP], Settings())}) * 300"
    promtool = oracles(f"prometheus-{version}", "promtool")
    at = later[0] if later else "20m"
    assert asked(promtool, tmp_path, expr, {COUNTER: values, UP: up}, at) == pytest.approx(events)


# PromQL with the counter in it, and series beside it that change nothing.
WRITTEN = {
    "either": ('sum(rate(e{job="a"}[{{ window }}]) or rate(f{job="a"}[{{window}}]))', {}),
    "joined": (
        "sum(rate(e[{{ window }}]) * on (instance) group_left () info)",
        {'info{instance="i"}': "1x40"},
    ),
    "divided": ("sum(rate( e [{{ window }}] )) / 2 * 2", {}),
    "in a string": ('label_replace(sum(rate(e[{{ window }}])), "x", "rate(e[5m])", "", "")', {}),
}


@pytest.mark.oracle
@pytest.mark.parametrize("shape", WRITTEN)
@pytest.mark.parametrize("case", ["grows", "born and growing", "grew while it was away"])
def test_a_rate_in_promql_is_counted_like_a_bare_counter(oracles, tmp_path, case, shape):
    (values, up, events), (text, beside) = CASES[case], WRITTEN[shape]
    expr = side(text, ()).grown(300, lambda e: grown(e, [UP], Settings()), increases=False)
    promtool = oracles("prometheus-3.5", "promtool")
    series = {COUNTER: values, UP: up, **beside}
    assert asked(promtool, tmp_path, f"sum({expr}) * 300", series, "20m") == pytest.approx(events)


@pytest.mark.parametrize(
    "looked_at",
    [
        lambda matchers: in_place_of_rates(f"rate(x{{{matchers}}}[{{{{ window }}}}] offset 1m)", str),
        lambda matchers: list(not_occurring(f"x{{{matchers}")),
        lambda matchers: list(slips(f"x{{{matchers}")),
    ],
    ids=["rates", "values", "slips"],
)
def test_many_matchers_are_looked_at_once(looked_at):
    """Where each string could be read in two ways, eighteen took half a minute."""
    matchers, begun = ",".join(f'l{number}="v"' for number in range(18)), process_time()
    looked_at(matchers)
    assert process_time() - begun < 2


def test_a_rate_of_another_time_stays():
    text = "sum(rate(e[{{ window }}] offset 1m))"
    assert side(text, ()).grown(300, str, increases=False) == "sum(rate(e[5m] offset 1m))"
    assert side(text, ()).grown(300, str, increases=True) == "sum((increase(e[5m] offset 1m) / 300))"


@pytest.mark.parametrize(
    "text",
    [
        "histogram_count(sum(rate(e[{{ window }}])))",  # parts of a native histogram, which nothing compares
        "sum(avg_over_time(rate(e[{{ window }}])[{{ window }}:1m]))",
    ],
)
def test_a_rate_that_only_a_function_reads_stays(text):
    assert side(text, ()).grown(300, str, increases=False) == text.replace("{{ window }}", "5m")


# Buckets that grow by one to four a minute, and what sides count in five minutes.
BUCKETS = {
    'sum(rate(h_bucket{le="1"}[{{ window }}]))': 5,
    'sum(rate(h_bucket{le=~"0.5|1"}[{{ window }}])) / 2': 7.5,
    'h_bucket{le=~"1|2.5"}': 15,
    'sum(rate(h_bucket{le="+Inf"}[{{ window }}]) - ignoring (le) rate(h_bucket{le="1"}[{{ window }}]))': 15,
}


@pytest.mark.oracle
@pytest.mark.parametrize("text", BUCKETS)
def test_buckets_are_one_where_they_are_the_same(oracles, tmp_path, text):
    series = {
        f'h_bucket{{le="{le}"}}': f"0+{n}x40" for n, le in ((2, "0.5"), (1, "1.0"), (2, "2.5"), (4, "+Inf"))
    }
    sli, _ = KINDS["events"]({"bad": text, "total": "other_total"}, Origin(DOCUMENT), Settings())
    bad = sli.pair(Settings(), Recorded(total="t")).bad
    assert (
        asked(oracles("prometheus-3.5", "promtool"), tmp_path, f"({bad}) * 300", series, "20m")
        == BUCKETS[text]
    )


# What is taken away may have no series yet: then it is 0, also in brackets and beside what is compared.
TAKEN_AWAY = {
    "sum(rate(all[{{ window }}])) - (sum(rate(part[{{ window }}])) - sum(rate(never[{{ window }}])))": 10,
    "sum(rate(all[{{ window }}]) < 1) - sum(rate(never[{{ window }}]))": 15,
}


@pytest.mark.oracle
@pytest.mark.parametrize("text", TAKEN_AWAY)
def test_what_is_taken_away_may_be_missing(oracles, tmp_path, text):
    found = side(text, ())
    expr = found.grown(300, lambda e: grown(e, [], Settings()), increases=False)
    series = {"all": "100+3x40", "part": "100+1x40"}
    assert not found.doubts
    assert asked(oracles("prometheus-3.5", "promtool"), tmp_path, f"({expr}) * 300", series, "20m") == (
        pytest.approx(TAKEN_AWAY[text])
    )


# The labels of a target change after minute 16: both `up`, and what it counted in the five minutes.
BEFORE, AFTER = '{job="a",instance="i"}', '{job="a",instance="i",env="prod"}'
RELABELLED = {
    "the old one is stale": ("1x16 stale", "_x16 1x20", 0),
    "the old one isn't stale yet": ("1x19 stale", "_x16 1x20", 0),
    "the old one has failed for long": ("0x40", "_x16 1x20", 0),
    "its metrics alone": ("1x40", "_x40", 7),
    "a sibling fails, and no label has changed": ("1x40", "0x40", 7),
}


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "3.5"])
@pytest.mark.parametrize("count", [grown, counted])
@pytest.mark.parametrize("case", RELABELLED)
def test_a_target_with_new_labels_gives_birth_to_nothing(oracles, tmp_path, version, count, case):
    old, new, events = RELABELLED[case]
    if count is grown:
        expr = f"sum({grown(parse_selector('e'), ['up'], Settings())}) * 300"
    else:
        expr = f"({counted(parse_selector('e'), ['up'], Settings(), Recorded(), ())}) * 300"
    series = {f"e{AFTER}": "_x16 7x20", f"up{BEFORE}": old, f"up{AFTER}": new}
    promtool = oracles(f"prometheus-{version}", "promtool")
    assert (asked(promtool, tmp_path, expr, series, "20m") or 0) == pytest.approx(events)


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_a_new_target_counts_from_its_first_scrape(oracles, tmp_path, version):
    """Half a minute before the first whole one: a burst of its first minute is there, and stands still."""
    expr = f"sum({grown(parse_selector(COUNTER), [UP], Settings())}) * 300"
    series = {COUNTER: "_x33 100 400x40", UP: "_x33 1x40"}
    promtool = oracles(f"prometheus-{version}", "promtool")
    found = [asked(promtool, tmp_path, expr, series, at, "30s") for at in ("17m", "18m30s", "21m", "21m30s")]
    assert found == pytest.approx([300, 300, 300, 300])


LIVES = {  # minutes at which processes start, the rare counter, and what it counted in the five minutes
    "the same process": ([], "_x9 1x2 _x4 1x20", 0),
    "another process": ([14], "_x9 1x2 _x4 1x20", 1),
    "another process, at once": ([17], "1x16 2x20", 2),
    "another process, which has failed less": ([17], "5x16 2x20", 2),
    "another one since": ([14, 18], "_x9 1x2 _x4 1x1 stale _x20", 1),
    "another process, which hasn't failed yet": ([17], "3x16 stale _x20", 0),
}


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "3.5"])
@pytest.mark.parametrize("case", LIVES)
def test_a_rare_counter_of_another_process(oracles, tmp_path, version, case):
    starts, values, events = LIVES[case]
    lengths = [end - start for start, end in zip([0, *starts], [*starts, 40], strict=True)]
    began = " ".join(f"{60 * start}x{n - 1}" for start, n in zip([0, *starts], lengths, strict=True))
    expr = f"({counted(parse_selector(COUNTER), [UP], Settings(), Recorded(), ())}) * 300"
    series = {COUNTER: values, UP: "1x40", COUNTER.replace("e{", "process_start_time_seconds{"): began}
    promtool = oracles(f"prometheus-{version}", "promtool")
    assert (asked(promtool, tmp_path, expr, series, "20m") or 0) == pytest.approx(events)


@pytest.mark.oracle
def test_a_rare_counter_of_no_target_is_reset(oracles, tmp_path):
    """What is pushed has no `up` that says whether it is newborn: it was there before."""
    expr = f"({counted(parse_selector(COUNTER), [UP], Settings(), Recorded(), ())}) * 300"
    promtool = oracles("prometheus-3.5", "promtool")
    assert asked(promtool, tmp_path, expr, {COUNTER: "2x16 1 3x20"}, "20m") == pytest.approx(3)


def asked(promtool, folder, expr, series, at, interval="1m"):
    """What promtool finds; None where that is no series."""
    expected = [{"labels": "{}", "value": -1}]
    test = {
        "interval": interval,
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": expr, "eval_time": at, "exp_samples": expected}],
    }
    (folder / "t.yaml").write_text(json.dumps({"tests": [test]}))
    command = [promtool, "test", "rules", "t.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    found = re.search(r"got: (?:\{\} (\S+)|nil)", said)
    assert found, said
    return None if found[1] is None else float(found[1])
