"""vmalert-tool, the tester of rules of VictoriaMetrics: what it is asked, and what it prints when something
is wrong.

Unit Testing:  <file>
FAILED
failed to run unit test for file "<file>":
[
testGroupName: <test>,                                  only before alerts
    groupname: <group>, alertname: <name>, time: <duration>,     then exp and got
    expr: "<Go string>", time: <duration>,              then exp and got
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from slogen.emitted.proof import Compiled, TestFile
from slogen.oracles.call import Answer
from slogen.oracles.difference import shortened
from slogen.oracles.find import VMALERT_TOOL
from slogen.oracles.output import SLO_ID, Finding, seconds, unquoted
from slogen.oracles.results import Promtool
from slogen.oracles.run import Question, Task
from slogen.render.rulers.prometheus import ENDING
from slogen.render.vmalert import is_asked, meant

_ENTRY: Final = re.compile(
    r"^(?:testGroupName: (?P<name>(?s:.*?)),\n)? *(?:"
    r"groupname: .*, alertname: (?P<alert>.*), time: (?P<alert_at>\S+), *$"
    r'|expr: (?P<expr>"(?:[^"\\]|\\.)*"), time: (?P<expr_at>[^,\s]+),)',
    re.MULTILINE,
)
_PASSED: Final = re.compile(r"^ *(?:SUCCESS|PASSED)\s*$", re.MULTILINE)
_END: Final = re.compile(r"\]?(?:\d{4}/\d\d/\d\d .*)?\s*$")


def judge(answer: Answer) -> tuple[Finding, ...]:
    """What `vmalert-tool unittest` objects to; nothing when it says that all is well."""
    text = f"{answer.stdout}\n{answer.stderr}"
    if answer.code == 0 and _PASSED.search(text):
        return ()
    entries = list(_ENTRY.finditer(text))
    if entries:
        ends = [*(entry.start() for entry in entries[1:]), len(text)]
        return tuple(
            _finding(entry, text[entry.end() : end]) for entry, end in zip(entries, ends, strict=True)
        )
    said = "FAILED" in text and shortened(text.partition("FAILED")[2])
    return (Finding(said or f"{answer.ending}: {shortened(answer.first_line)}", program=VMALERT_TOOL.name),)


# It asks nobody for the label that vmalert sets: the proof knows nothing of groups.
TEST: Final = Question(("unittest", "--disableAlertgroupLabel", "--files"), judge)


def tasks(
    generated: Iterable[tuple[Compiled, TestFile, Path]], folder: Path, tools: Iterable[Promtool]
) -> Iterator[Task]:
    """A run for each generated test, of what lies in the folder in its place."""
    wanted = [each for each in generated if is_asked(each[1])]
    for tool in tools:
        for each, test, path in wanted:
            copy = folder / each.folder / test.path
            rules = copy.with_name(f"{test.owner}{ENDING}")
            cost = float(each.rules.rule_count * len(test.blocks))
            yield Task(tool, path, (copy, rules), cost, TEST, copy)


def _finding(entry: re.Match[str], body: str) -> Finding:
    lines = "\n".join(shortened(line) for line in _END.sub("", body).splitlines() if line.strip())
    if entry["alert"] is not None:
        ids = frozenset(SLO_ID.findall(body))
        text = f"{entry['alert']} at {entry['alert_at']}\n{lines}"
        return Finding(text, entry["name"] or "", slo_ids=ids, program=VMALERT_TOOL.name)
    expr = meant(unquoted(entry["expr"]))
    text, at = f"{shortened(expr)} at {entry['expr_at']}\n{lines}", seconds(entry["expr_at"])
    ids = frozenset(SLO_ID.findall(expr + body))
    return Finding(text, entry["name"], expr, at, ids, VMALERT_TOOL.name)
