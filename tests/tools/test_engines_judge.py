"""What is called wrong of engines that played the course."""

from tools.engines.judge import lines
from tools.engines.live import EVERY, Course, Look
from tools.engines.traffic import HEALTHY

COURSE = Course(swing=3600, outage=480, recovery=720, stopped=600, after=300)
COST = 0.4
PAGE = "SLOErrorBudgetBurn page availability"


def played(engine: str, page: float = 90, budget: float = 60, over: float = 560) -> list[Look]:
    """Looks at an engine that pages, and tells the budget, so many seconds late."""
    found = []
    for number in range(int(COURSE.end / EVERY)):
        at = number * EVERY
        spent = min(max((at - budget - COURSE.swing) / COURSE.outage, 0), 1) * COST
        fires = COURSE.swing + page <= at <= COURSE.swing + COURSE.outage + over
        ratios = {window: {"availability": HEALTHY} for window in ("5m", "30m", "1h")}
        alerts = [PAGE] if fires else []
        found.append(Look(engine, at, ratios, alerts=alerts, left={"availability": 1 - spent, "latency": 1}))
    return found


def wrong(*engines: list[Look]) -> list[str]:
    found = lines([look for each in engines for look in each], COURSE)
    return [words for line in found for words in line.wrong(found[0])]


def test_an_engine_that_is_a_little_late_is_right():
    assert wrong(played("prometheus"), played("vm", page=200, budget=500)) == []


def test_a_page_may_come_two_minutes_after_that_of_prometheus():
    found = wrong(played("prometheus"), played("vm", page=270))
    assert found == ["vm: the page came 180 s after that of Prometheus"]


def test_a_budget_may_be_ten_minutes_late():
    assert wrong(played("prometheus"), played("vm", budget=800)) == [
        "vm: its budget lost half of the outage 690 s after that of Prometheus"
    ]


def test_a_budget_that_stands_still_is_told():
    assert wrong(played("prometheus"), played("vm", budget=10_000)) == ["vm: no budget told of the outage"]


def test_a_page_that_never_came_is_told_once():
    found = wrong(played("prometheus"), played("vm", page=10_000))
    assert found == ["vm: the page came after None s", "vm: the page did not end"]
