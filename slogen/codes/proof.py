"""Codes of the proof: the generated tests, tests by hand, and the programs that run them."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

PROOF: Final[Codes] = {
    "no-sample-series": Code(
        "No sample series could be found for an SLO, so the proof can't begin with its raw data. The "
        "rules are made all the same.",
        "Write series that count as an event, or as a value, in `tests.series` (see docs/proof.md), and "
        "those that they are joined with in its `beside`.",
    ),
    "not-generated": Code(
        "There is nothing yet that could be proven.",
        "Run `slogen generate`.",
        "`slogen test` in a fresh project.",
    ),
    "rules-refused": Code(
        "promtool refuses a generated file of rules.",
        "Run `slogen generate`. If it is refused again, please report it with the spec.",
        "A rule was edited by hand.",
    ),
    "routing-refused": Code(
        "amtool refuses the configuration of Alertmanager.",
        "Mend the file that the message names; for a generated one run `slogen generate`.",
        "`slogen test --alertmanager-config alertmanager.yml`, where a route goes to a receiver that "
        "isn't there.",
    ),
    "untested-rule": Code(
        "No test looks at a rule, so nothing says that it works.",
        "Run `slogen generate`. If it stays, please report it with the spec.",
        "A generated test was edited, and no longer expects an alert.",
    ),
    "unknown-alert": Code(
        "A test names an alert that no rule has. A test that it is silent would always pass.",
        "Mend the name in the test; the hint shows the nearest.",
        "`alertname: SLOPageFats` in a test by hand.",
    ),
    "broken-test": Code(
        "A test by hand is no YAML.",
        "Mend it.",
        "A tab stands before a key of `promtool-tests/mine.test.yaml`.",
    ),
    "empty-test": Code(
        "A test by hand checks nothing, so it always passes.",
        "Let it expect an alert or a value, or delete it.",
        "A test with input series, and without `alert_rule_test` and `promql_expr_test`.",
    ),
    "no-rule-files": Code(
        "A test by hand names rules that aren't there.",
        "Run `slogen generate`, or mend the path in `rule_files`.",
        "`rule_files: [../generated/chat.yaml]`, and no file is called so.",
    ),
    "promtool-broken": Code(
        "promtool can't be started, or ends with an error when asked for its version.",
        "Install one that runs here, 2.42 or newer, or name another with `--promtool`.",
        "`slogen test --promtool ./promtool`, which was built for another processor.",
    ),
    "promtool-unknown": Code(
        "What is called promtool doesn't say which version it is.",
        "Name the real one with `--promtool`.",
        "`slogen test --promtool /bin/true`.",
    ),
    "promtool-too-old": Code(
        "This promtool is older than slogen works with.",
        "Use 2.42 or newer.",
        "`slogen test --promtool ./promtool-2.30`.",
    ),
    "amtool-broken": Code(
        "amtool can't be started, or ends with an error when asked for its version.",
        "Install one that runs here, 0.25 or newer, or name another with `--amtool`.",
        "`slogen test --amtool ./amtool`, which was built for another processor.",
    ),
    "amtool-unknown": Code(
        "What is called amtool doesn't say which version it is.",
        "Name the real one with `--amtool`.",
        "`slogen test --amtool /bin/true`.",
    ),
    "amtool-too-old": Code(
        "This amtool is older than slogen works with, or than the Alertmanager that the settings name.",
        "Use one as new as your Alertmanager, 0.25 at least.",
        '`slogen test --amtool ./amtool-0.25` with `alertmanager: {min_version: "0.27"}`.',
    ),
}
