"""What a counter grew by, as promtool computes it: each event once, whatever the scrapes do."""

import json
import re
import subprocess

import pytest

from slogen.promql.parse import parse_selector
from slogen.settings import Settings
from slogen.sli.growth import grown

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
    at = later[0] if later else "20m"
    asked = {"expr": expr, "eval_time": at, "exp_samples": [{"labels": "{}", "value": -1}]}
    series = [{"series": COUNTER, "values": values}, {"series": UP, "values": up}]
    test = {"interval": "1m", "input_series": series, "promql_expr_test": [asked]}
    (tmp_path / "t.yaml").write_text(json.dumps({"tests": [test]}))
    command = [oracles(f"prometheus-{version}", "promtool"), "test", "rules", "t.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = re.search(r"got: \{\} (\S+)", done.stdout + done.stderr)
    assert found, done.stdout + done.stderr
    assert float(found[1]) == pytest.approx(events)
