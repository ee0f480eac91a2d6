"""The promtool tests that people keep beside the generated ones: found, read and judged, never touched.

promtool passes a file without tests, rule files that aren't there and alert names that don't exist. So
those are looked for here.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import yaml

from slogen import foreignyaml
from slogen.diagnostics import Problem, Span, did_you_mean
from slogen.load.files import leads_out, outside
from slogen.load.reader import MAX_BYTES
from slogen.oracles.coverage import alert_names
from slogen.reading import read_regular, why_unreadable

_CHECKS = ("alert_rule_test", "promql_expr_test")
_ENDINGS = (".yaml", ".yml")

AlertNames = dict[str, frozenset[str]]  # by real path of the rule file


@dataclass(frozen=True, slots=True)
class Handwritten:
    """A test file of people: the rule files that it loads, and what is wrong with it before it is run."""

    path: Path
    rule_files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_runnable: bool = False


def find(
    tests: Path, owned: Collection[Path], alerts: AlertNames, inside: Path | None = None
) -> list[Handwritten]:
    """All test files below a folder that slogen doesn't own, by path; other YAML is left out.

    `alerts` are the names in rule files that are known already; those of others are added. A link may not
    lead out of the folder, or of `inside`.
    """
    theirs = (path for path in sorted(_files(tests)) if path not in owned)
    zones = (tests, inside or tests)
    return [found for path in theirs if (found := _of(path, alerts, zones))]


def _of(path: Path, alerts: AlertNames, zones: Collection[Path]) -> Handwritten | None:
    if all(leads_out(path, zone) for zone in zones):
        return Handwritten(path, problems=(outside(path),))
    return _examine(path, alerts)


def _files(tests: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(tests):
        names[:] = [name for name in names if not name.startswith(".")]
        yield from (Path(folder) / name for name in files if name.endswith(_ENDINGS) and name[0] != ".")


def _examine(path: Path, alerts: AlertNames) -> Handwritten | None:
    """None for what is no test: a rule file that a test loads, say."""
    try:
        data = foreignyaml.load(read_regular(path, MAX_BYTES))
    except OSError as error:
        said = f"cannot read: {why_unreadable(path, error)}"
        return Handwritten(path, problems=(_problem("unreadable-file", said, path),))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        return Handwritten(path, problems=(_problem("broken-test", f"this is no YAML: {said}", path),))
    if data is None:
        return Handwritten(path, problems=(_problem("empty-test", "this test file is empty", path),))
    named = path.name.removesuffix(path.suffix).endswith(".test")
    if not named and not (isinstance(data, dict) and data.keys() & {"tests", "rule_files"}):
        return None
    tests = _list(data, "tests")
    if not tests or not any(_list(test, kind) for test in tests for kind in _CHECKS):
        problem = _problem("empty-test", "this test file has no tests that check anything", path)
        return Handwritten(path, problems=(problem,))
    rule_files, problems = _rule_files(path, _list(data, "rule_files"))
    known = {name for rules in rule_files for name in _alerts(rules, alerts)}
    return Handwritten(path, tuple(rule_files), (*problems, *_unknown(path, tests, known)), True)


def _list(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _rule_files(path: Path, patterns: list[Any]) -> tuple[list[Path], list[Problem]]:
    """What the patterns match, seen from the test file as promtool does."""
    found, problems = list[Path](), list[Problem]()
    for pattern in map(str, patterns):
        place = os.path.join(path.parent, pattern)
        matches = sorted(Path(match) for match in glob(place) if os.path.isfile(match))
        if not matches:
            message = f"test without rules: no file matches `{pattern}`"
            problems.append(
                _problem("no-rule-files", message, path, "run `slogen generate`, or mend the path")
            )
        found += matches
    return found, problems


def _unknown(path: Path, tests: list[Any], known: Collection[str]) -> Iterator[Problem]:
    """A check that an alert is silent passes for every name that doesn't exist."""
    for name in sorted(_mentioned(tests) - set(known)):
        message = f"test matches no alert: the rules that it loads have none called `{name}`"
        yield _problem("unknown-alert", message, path, did_you_mean(name, known))


def _mentioned(tests: list[Any]) -> set[str]:
    checks = [check for test in tests for kind in _CHECKS for check in _list(test, kind)]
    mappings = [check for check in checks if isinstance(check, dict)]
    names = {str(check["alertname"]) for check in mappings if "alertname" in check}
    return names.union(*(alert_names(str(check.get("expr", ""))) for check in mappings))


def _alerts(rules: Path, known: AlertNames) -> frozenset[str]:
    place = os.path.realpath(rules)
    if place not in known:
        known[place] = _read_alerts(rules)
    return known[place]


def _read_alerts(rules: Path) -> frozenset[str]:
    try:
        data = foreignyaml.load(read_regular(rules))
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        return frozenset()  # promtool says what is wrong with it
    found = [rule for group in _list(data, "groups") for rule in _list(group, "rules")]
    return frozenset(str(rule["alert"]) for rule in found if isinstance(rule, dict) and "alert" in rule)


def _problem(code: str, message: str, path: Path, hint: str = "") -> Problem:
    return Problem(code, message, Span(path.as_posix()), hint)
