"""What promtool prints when something is wrong, taken apart: which check of which test, about which SLOs.

    FAILED:
      name: <test>,                                          only before alerts
      alertname: <name>, time: <duration>,                   then `exp:[…]` and `got:[…]`, labels a line
      expr: "<Go string>", time: <duration>,                 then `exp: …` and `got: …`, or `err: …`
      rule: <name>, time: <duration>, err: …

2.42, 2.53 and 3.5 agree on this. Whatever doesn't fit becomes a finding without a place, which turns
everything in the file red.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from slogen.oracles.call import Answer
from slogen.oracles.difference import differences, shortened
from slogen.units import parse_duration

_ENTRY = re.compile(
    r"^    (?:name: (?P<name>(?s:.*?)),\n    )?"
    r"(?:alertname: (?P<alert>.*), time: (?P<alert_at>\S+), *$"
    r'|expr: (?P<expr>"(?:[^"\\]|\\.)*"), time: (?P<expr_at>[^,\s]+),'
    r"|rule: .*, time: \S+, err: )",
    re.MULTILINE,
)
SLO_ID = re.compile(r'slo_id="((?:[^"\\]|\\.)*)"')
_FOUND = re.compile(r"^  SUCCESS: (\d+) rules? found$", re.MULTILINE)
_PASSED = re.compile(r"^  SUCCESS$", re.MULTILINE)
_WARNING = re.compile(r"^ *WARNING: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that failed. `block` names the test it belongs to, or `expr` and `at` (seconds) tell it;
    with neither, it concerns the whole file. `slo_ids` are the SLOs it is about; none: all of its test.
    `program` is who found it."""

    text: str
    block: str | None = None
    expr: str | None = None
    at: int | None = None
    slo_ids: frozenset[str] = frozenset()
    program: str = "promtool"


def judge_test(answer: Answer) -> tuple[Finding, ...]:
    """What `promtool test rules` objects to; nothing when it says that all is well."""
    if answer.code == 0 and _PASSED.search(answer.stdout):
        # A rule file that isn't there is but a warning, after which tests of silence pass.
        return tuple(Finding(shortened(warning)) for warning in _WARNING.findall(answer.stderr))
    if answer.code and "FAILED:" in answer.stderr:
        return tuple(_findings(answer.stderr.partition("FAILED:")[2].strip("\n")))
    return (_unknown(answer),)


def judge_check(answer: Answer, rules: int) -> tuple[Finding, ...]:
    """What `promtool check rules` objects to in a file that must hold so many rules."""
    counts = [int(count) for count in _FOUND.findall(answer.stdout)]
    if answer.code == 0 and counts == [rules]:
        return ()
    if answer.code == 0 and counts:
        return (Finding(f"promtool finds {sum(counts):,} rules where slogen compiled {rules:,}"),)
    if answer.code and "FAILED:" in answer.stderr:
        said = answer.stderr.partition("FAILED:")[2]
        return (Finding(f"promtool refuses it: {shortened(said)}"),)
    return (_unknown(answer),)


def _unknown(answer: Answer) -> Finding:
    said = f": `{shortened(answer.first_line)}`" if answer.first_line else " and printed nothing"
    if answer.code == 0 and answer.first_line:
        return Finding(f"promtool printed something that slogen doesn't know{said}")
    return Finding(f"promtool {answer.ending}{said if answer.code is not None else ''}")


def _findings(text: str) -> Iterator[Finding]:
    entries = list(_ENTRY.finditer(text))
    head = text[: entries[0].start() if entries else None]
    if head.strip() or not entries:
        yield Finding(f"promtool: {shortened(head) or 'FAILED'}")
    for number, entry in enumerate(entries):
        after = entries[number + 1].start() if number + 1 < len(entries) else None
        yield from _finding(entry, text[entry.end() : after].rstrip())


def _finding(entry: re.Match[str], body: str) -> Iterator[Finding]:
    name = entry["name"]
    if entry["alert"] is not None:
        for slo_id, lines in _or_raw(body):
            ids = frozenset({slo_id} if slo_id else ())
            yield Finding(f"{entry['alert']} at {entry['alert_at']}\n{lines}", name or "", slo_ids=ids)
    elif entry["expr"] is not None:
        expr = unquoted(entry["expr"])
        lines = "\n".join(shortened(line) for line in body.splitlines() if line.strip())
        ids = frozenset(SLO_ID.findall(expr + body))
        yield Finding(
            f"{shortened(expr)} at {entry['expr_at']}\n{lines}", name, expr, seconds(entry["expr_at"]), ids
        )
    else:
        yield Finding(shortened(entry[0] + body))


def _or_raw(body: str) -> list[tuple[str, str]]:
    return list(differences(body)) or [("", shortened(body))]


def unquoted(text: str) -> str:
    """A Go string literal, whose escapes Python knows too."""
    with suppress(ValueError, SyntaxError):
        return str(ast.literal_eval(text))
    return text


def seconds(text: str) -> int | None:
    """A duration in seconds; None if it is none."""
    with suppress(ValueError):
        return parse_duration(text)
    return None
