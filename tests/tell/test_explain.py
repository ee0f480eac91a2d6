"""Against the figures of the Workbook and of outages that were tried on a Prometheus."""

import re
from fractions import Fraction

import pytest

from slogen.emitted.rules import Recording, Rule
from slogen.model.slo import Service
from slogen.report.explain import as_text
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.tell.explain import Explanation, explain
from slogen.understand import understand
from slogen.units import HOUR, MINUTE, format_duration

SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: chat
slos:
  - name: availability
    objective: {objective}
    window: {window}
    sli:
      events:
        bad: errors_total{matchers}
        total: requests_total{matchers}
    alerting: {alerting}
"""


def rules_of(explanation: Explanation) -> list[Rule]:
    """The rules of the SLO's service, which has no other."""
    service = Service("chat", (explanation.slo.origin,), (explanation.slo,))
    return [rule for group in compile_service(service, Settings()).groups for rule in group.rules]


def explained(
    objective: str = "99.9",
    window: str = "30d",
    alerting: str = "{}",
    job: str = "chat",
    prometheus: str = "{}",
) -> Explanation:
    matchers = f'{{job="{job}"}}' if job else ""
    text = SPEC.format(objective=objective, window=window, alerting=alerting, matchers=matchers)
    settings = f"apiVersion: slogen/v1\nkind: Settings\nprometheus: {prometheus}\n"
    project = understand({"a.yaml": text}, settings)
    (service,) = project.services
    return explain(service.slos[0], compile_service(service, project.settings), project.settings)


def test_the_tiers_are_those_of_the_workbook() -> None:
    tiers = [(t.name, t.long // HOUR, t.threshold, t.share) for t in explained().tiers]
    assert tiers == [
        ("page_fast", 1, Fraction(144, 10_000), Fraction(2, 100)),
        ("page_slow", 6, Fraction(60, 10_000), Fraction(5, 100)),
        ("ticket_fast", 24, Fraction(30, 10_000), Fraction(10, 100)),
        ("ticket_slow", 72, Fraction(10, 10_000), Fraction(10, 100)),
    ]


@pytest.mark.parametrize(
    ("objective", "minutes"), [("99.9", 1), ("99", 9), ("95", 43.5), ("90", 86.5), ("80", 173), ("50", 432)]
)
def test_a_total_outage_pages_after(objective: str, minutes: float) -> None:
    outage = explained(objective).reactions[0]
    assert outage.rate == 1
    assert outage.page == pytest.approx(minutes * MINUTE, abs=MINUTE)


def test_burning_the_budget_exactly_never_alerts() -> None:
    *_, twice, once = explained().reactions
    assert (twice.rate, twice.page, twice.ticket) == (Fraction(2, 1000), None, 36 * HOUR + 30)
    assert (once.rate, once.page, once.ticket) == (Fraction(1, 1000), None, None)


def test_times_are_evaluations_and_include_the_wait() -> None:
    plain, waiting = explained(), explained(alerting="{page: {for: 5m}}")
    assert all(reaction.page is None or reaction.page % 30 == 0 for reaction in plain.reactions)
    assert waiting.reactions[0].page == 60 + 5 * MINUTE


def test_a_tier_that_waits_alerts_so_much_later() -> None:
    """The first page is that of another tier, if that one doesn't wait."""
    fast = "{name: fast, severity: page, factor: 14.4, long: 1h, short: 5m, for: 5m}"
    slow = "{name: slow, severity: page, factor: 6, long: 6h, short: 30m}"
    last = "{name: last, severity: ticket, factor: 1, long: 3d, short: 6h, for: 3h}"
    both = explained(alerting=f"{{page: {{for: 1m}}, tiers: [{fast}, {slow}, {last}]}}")
    assert [tier.wait for tier in both.tiers] == [5 * MINUTE, MINUTE, 3 * HOUR]
    assert both.reactions[0].page == 130 // 30 * 30 + 30 + MINUTE  # 0.6% of six hours, and slow's minute
    assert explained(alerting=f"{{tiers: [{fast}, {last}]}}").reactions[0].page == 60 + 5 * MINUTE
    text = as_text(both)
    assert "fast 5m, slow 1m, last 3h: so long both windows must burn too fast" in text
    assert "waiting" not in as_text(explained())


def test_pages_end_after_two_looks_at_the_base_and_tickets_after_their_short_window() -> None:
    resets = [(t.resets_after // MINUTE, t.slow_reset // MINUTE) for t in explained().tiers]
    assert resets == [(9, 9), (9, 30), (120, 120), (360, 360)]


@pytest.mark.parametrize(("objective", "per_second"), [("99.9", 5.56), ("99", 0.556)])
def test_recovery_needs_traffic_that_shows_it(objective: str, per_second: float) -> None:
    recovery = explained(objective).recovery
    assert recovery is not None
    assert recovery.tiers == ("page_slow",)
    assert float(recovery.from_traffic) == pytest.approx(per_second, rel=0.01)


def test_the_guard_delays_an_outage_only_below_its_traffic() -> None:
    guard = explained().guard
    assert (guard.bad_events, guard.outage) == (3, 60)
    assert guard.delayed_below == pytest.approx(3 / 60, rel=0.2)
    assert explained(alerting="{min_bad_events: 0}").guard.delayed_below is None


def test_absence_depends_on_what_is_known() -> None:
    known, unknown = explained().absence, explained(job="").absence
    assert known is not None
    assert unknown is not None
    assert (known.severity, known.up) == ("page", ('up{job="chat"}',))
    assert (unknown.severity, unknown.up) == ("ticket", ())
    assert explained(alerting="{absent: false}").absence is None
    nobody = explained(job="", alerting="{ticket: {enabled: false}}")
    assert "tickets are off" in as_text(nobody)


def test_severities_that_are_off_do_not_count() -> None:
    off = explained(alerting="{page: {enabled: false}}")
    assert off.disabled == ("page",)
    assert {tier.severity for tier in off.tiers} == {"ticket"}
    assert off.reactions[0].page is None


def test_a_short_window_has_the_breach_alert() -> None:
    tiers = explained(window="1h").tiers
    assert [(t.name, t.severity, t.alert) for t in tiers if t.severity == "page"] == [
        ("breach", "page", "SLOBreached")
    ]


def test_the_chain_of_windows_adds_up() -> None:
    links = explained().windows
    assert links[-1].parts == ((10, 72 * HOUR),)
    assert all(sum(count * length for count, length in link.parts) == link.window for link in links)


@pytest.mark.parametrize("off", [(), ("page",), ("ticket",), ("page", "ticket")])
@pytest.mark.parametrize("window", ["1h", "7d", "30d", "{calendar: month}"])
def test_the_windows_are_those_recorded(window: str, off: tuple[str, ...]) -> None:
    alerting = f"{{{', '.join(f'{name}: {{enabled: false}}' for name in off)}}}"
    found = explained("90", window, alerting)
    ratio = re.compile(r"slo:sli_(?:total|error):(?:ratio_)?rate(\w+)")
    names = [rule.record for rule in rules_of(found) if isinstance(rule, Recording)]
    recorded = {match.group(1) for name in names if (match := ratio.fullmatch(name))}
    assert {format_duration(link.window) for link in found.windows} == recorded - {"5m"}


def test_a_split_group_has_its_price() -> None:
    assert explained().delay == 0
    split = explained(prometheus="{max_rules_per_group: 10}")
    pages = [group for group in split.groups if group.name.startswith("chat:page")]
    assert split.delay == (len(pages) - 1) * 30 > 0
