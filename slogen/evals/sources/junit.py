"""JUnit's XML, which most test runners write: passed, failed and errored cases, in all and by test suite."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Measure, Result, counted
from slogen.evals.sources.source import Source
from slogen.evals.tables import moment_of, text_of

_DOCTYPE: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def _is_known(content: Content) -> bool:
    return content.form == "xml" and bool(re.search(r"<testsuites?[\s>/]", content.text))


def _read(content: Content) -> Result:
    if content.form != "xml" or _DOCTYPE.search(content.text):
        raise ContentError("JUnit's XML is XML without a DOCTYPE", "drop it: entities could be anything")
    try:
        root = ElementTree.fromstring(content.text)
    except ElementTree.ParseError as error:
        line, column = error.position
        hint = "was it written to its end?"
        raise ContentError(f"this is no XML: {error}", hint, line, column + 1) from None
    suites = [each for each in root.iter("testsuite") if each.find("testcase") is not None]
    if not suites:
        raise ContentError("it has no test case", "did the run find its tests?")
    names = [text_of(each.get("name")) for each in suites]
    cases = {
        name: [case for n, s in zip(names, suites, strict=True) if n == name for case in s] for name in names
    }
    parts = [_counts(name, found) for name, found in cases.items() if name]
    several = parts if len(suites) > 1 else []
    at = max(filter(None, (moment_of(each.get("timestamp")) for each in suites)), default=None)
    measures = (_counts("pass_rate", root.iter("testcase")), *several)
    return Result("junit", content.where, measures, names[0] if len(suites) == 1 else "", at=at)


def _counts(name: str, cases: Iterable[ElementTree.Element]) -> Measure:
    """Skipped cases were not run, so they are none."""
    found = [_outcome(case) for case in cases if case.tag == "testcase"]
    return counted(name, *(found.count(outcome) for outcome in ("passed", "failure", "error")))


def _outcome(case: ElementTree.Element) -> str:
    return next((tag for tag in ("error", "failure", "skipped") if case.find(tag) is not None), "passed")


SOURCE = Source("junit", "JUnit's XML", _is_known, _read, "`<testsuite>` with `<testcase>`")
