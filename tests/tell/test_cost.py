from types import SimpleNamespace
from typing import Any

from slogen.emitted.rules import Group, Recording, RuleFile
from slogen.settings import PrometheusSettings, Settings
from slogen.tell.cost import group_costs, raw_reads

SLO: Any = SimpleNamespace(id="chat/a")
OWN, OTHER = {"slo_id": "chat/a"}, {"slo_id": "chat/b"}
RULES = (
    Recording("base", "sum(rate(requests_total[5m])) + rate(errors_total[5m])", OWN),
    Recording("window", "base + base offset 5m or last_over_time(base[20m] offset 5m)"),
    Recording("base", "sum(rate(requests_total[5m]))", OTHER),
    Recording("again", "2 * -(avg_over_time(requests_total[10m:1m]) or up)", OWN),
)
FILE = RuleFile("chat", "", (Group("slogen:chat:page", 30, RULES),))


def test_recorded_samples_are_counted_from_the_expressions() -> None:
    (cost,) = group_costs(SLO, FILE)
    assert (cost.name, cost.interval, cost.rules) == ("chat:page", 30, 4)
    assert cost.samples == 2 + 20 * 60 / 30


def test_reads_are_those_of_the_whole_expression() -> None:
    expr = 'quantile(scalar(base offset 5m), {__name__="up", job="a"}) > 0'
    file = RuleFile("chat", "", (Group("page", 30, (Recording("base", "up"), Recording("q", expr))),))
    (cost,) = group_costs(SLO, file)
    assert cost.samples == 1
    assert {read.selector for read in raw_reads(SLO, file, Settings())} == {"up", 'up{job="a"}'}


def test_raw_samples_are_counted_per_series() -> None:
    reads = {
        read.selector: read.samples
        for read in raw_reads(SLO, FILE, Settings(PrometheusSettings(scrape_interval=15)))
    }
    assert reads == {
        "requests_total": 30,
        "errors_total": 20,
        "up": 1,
    }
