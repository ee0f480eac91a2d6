"""Every line of a team's file stays as it is, and comes back when slogen's part is taken out."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slogen.render.merge import NotMergedError, merge

SECTIONS: dict[str, list[Any]] = {
    "templates": ["t.tmpl"],
    "routes": [{"receiver": "slogen-a"}],
    "receivers": [{"name": "slogen-a"}],
    "inhibit_rules": [{"equal": ["a"]}],
    "time_intervals": [{"name": "slogen-h"}],
}
ROUTE = "route:\n  receiver: ops\n"
OPS = "receivers:\n- name: ops\n"
IN_TEXT = (
    "  slack_configs:\n  - text: {}\n      hello\n      # >>> slogen routes: x\n      # <<< slogen routes\n{}"
)
LISTED = 'route:\n  receiver: ops\n  routes: {}\n  - receiver: ops\n    matchers: [a="b"]\n'
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  alertmanager.yaml: |\n"
KEPT = {
    "mixed": "route:\r\n  receiver: ops\n  # c\r\nreceivers:\n- name: ops\r\n",
    "mostly-lf": "# a\n# b\nroute:\r\n  receiver: ops\nreceivers:\n- name: ops\n",
    "one-marker-in-a-text": ROUTE
    + OPS
    + "  slack_configs:\n  - text: |\n      # >>> slogen routes\n      bye\n",
    "markers-in-a-text": ROUTE + OPS + IN_TEXT.format("|", ""),
    "markers-in-a-folded-text": ROUTE + OPS + IN_TEXT.format(">-", "\n"),
    "markers-in-quotes": ROUTE + OPS + IN_TEXT.format('"a', '      "\n'),
    "anchor": LISTED.format("&rs") + OPS.replace("receivers:", "receivers: &x"),
    "anchor-and-comment": LISTED.format("&rs  # of ours\n  # more") + OPS,
    "anchor-on-its-line": LISTED.format("\n    &rs") + OPS,
    "tag": LISTED.format("!!seq") + OPS.replace("receivers:", "receivers: !!seq &r"),
    "anchor-of-an-empty-list": ROUTE + "  routes: &i []\n" + OPS,
    "text-with-anchor": SECRET
    + "".join(f"    {line}\n" for line in (LISTED.format("&r") + OPS).splitlines()),
    "text-with-mixed-ends": SECRET.replace("v1\n", "v1\r\n")
    + "    route: {receiver: ops}\r\n    receivers: [{name: ops}]\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
def test_every_line_stays(name):
    base = KEPT[name]
    merged = merge("am.yml", base, SECTIONS, "T").text
    gone = {line for line in base.split("\n") if line not in merged.split("\n")}
    assert all(line.rstrip("\r").endswith(("]", "}")) for line in gone)  # those in brackets are opened
    assert "slogen-a" in merged
    assert merge("am.yml", merged, SECTIONS, "T").text == merged
    assert merge("am.yml", merged, {}).text == base


@pytest.mark.slow
@given(st.lists(st.booleans(), min_size=9, max_size=9))
def test_each_line_keeps_its_end(ends):
    lines = [*LISTED.format("").splitlines(), *OPS.splitlines(), "# a", "# b"]
    base = "".join(line + ("\r\n" if crlf else "\n") for line, crlf in zip(lines, ends, strict=True))
    merged = merge("am.yml", base, SECTIONS).text
    assert merge("am.yml", merged, SECTIONS).text == merged
    assert merge("am.yml", merged, {}).text == base
    assert yaml.safe_load(merged)["receivers"][1:] == [{"name": "ops"}]


def test_a_name_that_is_there_already():
    base = f"{ROUTE}{OPS}mute_time_intervals:\n- name: slogen-h\n  time_intervals: []\n"
    with pytest.raises(NotMergedError) as refused:
        merge("am.yml", base, SECTIONS)
    problem = refused.value.problem
    assert (problem.code, problem.span.line, problem.span.column) == ("merge-name", 6, 9)


def test_a_list_that_is_used_elsewhere_is_refused_in_the_file_itself():
    base = f"{LISTED.format('&rs')}{OPS}x: *rs\n"
    with pytest.raises(NotMergedError) as refused:
        merge("am.yml", base, SECTIONS)
    assert refused.value.problem.code == "merge-base"
    assert refused.value.problem.span.line <= base.count("\n")
