"""A world that is backfilled: three days of known traffic, and specs of many kinds of SLOs that read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from slogen.cli.backfill import command
from slogen.history.blocks import Blocks
from slogen.history.programs import Programs
from slogen.units import DAY, HOUR, MINUTE

END = 1_767_700_800  # Tuesday 2026-01-06 12:00 UTC
START = END - 3 * DAY
RATE = 20  # requests a second, of each region
# Region, first and last second, share of requests that fail
OUTAGES = (
    ("eu", END - 30 * HOUR, END - 30 * HOUR + 40 * MINUTE, 1.0),
    ("us", END - 29 * DAY, END - 29 * DAY + HOUR, 1.0),
    ("us", END - 18 * HOUR, END - 12 * HOUR, 0.02),
    ("eu", END - 5 * HOUR, END - 5 * HOUR + 10 * MINUTE, 0.5),
)
SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
labels: {team: web}
window: 1d
slos:
  - name: availability
    objective: 99
    sli: {events: {bad: 'requests_total{job="shop",code="500"}', total: 'requests_total{job="shop"}'}}
  - name: regions
    objective: 99
    sli: {events: {bad: 'requests_total{job="shop",code="500"}',
                   total: 'requests_total{job="shop"}', by: [region]}}
  - name: dated
    objective: 99
    window: 3d
    since: "2026-01-05"
    sli: {events: {bad: 'requests_total{job="shop",code="500"}', total: 'requests_total{job="shop"}'}}
  - name: week
    objective: 99
    window: {calendar: week, utc_offset: "+05:30"}
    sli: {events: {bad: 'requests_total{job="shop",code="500"}', total: 'requests_total{job="shop"}'}}
  - name: mornings
    objective: 99
    exclude: [{weekly: "Mon-Tue 06:00-09:00"}]
    sli: {events: {bad: 'requests_total{job="shop",code="500"}', total: 'requests_total{job="shop"}'}}
  - name: reachable
    objective: 99
    sli: {probe: {metric: 'probe_success{job="probe"}', slice: 1m}}
---
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: journey
window: 1d
slos:
  - name: buy
    objective: 99
    sli: {composite: {of: [{slo: shop/availability, weight: 3}, {slo: shop/reachable}, {slo: journey/pay}]}}
  - name: pay
    objective: 99.9
    sli: {events: {bad: 'requests_total{job="shop",code="500",region="us"}',
                   total: 'requests_total{job="shop"}'}}
"""
SETTINGS = """
apiVersion: slogen/v1
kind: Settings
labels: {cell: one}
prometheus: {evaluation_interval: 60s, scrape_interval: 60s}
"""
Counts = Mapping[
    tuple[str, int], tuple[float, float]
]  # bad and all, of a region, in the minute before a time


def counts(start: int = START) -> Counts:
    """What happened in each minute."""
    found = {}
    for at in range(start + MINUTE, END + 1, MINUTE):
        for region in ("eu", "us"):
            bad = sum(s for r, a, b, s in OUTAGES if r == region and a < at <= b)
            found[region, at] = (RATE * MINUTE * bad, float(RATE * MINUTE))
    return found


def share(happened: Counts, start: int, end: int, regions: Iterable[str] = ("eu", "us")) -> float:
    """The share of bad events after `start`, until `end`."""
    its = [pair for (region, at), pair in happened.items() if start < at <= end and region in regions]
    return sum(bad for bad, _ in its) / sum(total for _, total in its)


def write(blocks: Blocks, start: int = START) -> None:
    """All of it, three days by default, scraped every minute."""
    happened, moments = counts(start), range(start, END + 1, MINUTE)
    for region in ("eu", "us"):
        labels = {"job": "shop", "instance": f"{region}-1", "region": region}
        good, bad, ok, wrong = [], [], 1e6, 0.0
        for at in moments:
            fails, total = happened.get((region, at), (0.0, 0.0))
            ok, wrong = ok + total - fails, wrong + fails
            good.append((at, ok))
            bad.append((at, wrong))
        blocks.add("requests_total", {**labels, "code": "200"}, good)
        blocks.add("requests_total", {**labels, "code": "500"}, bad)
        blocks.add("up", {"job": "shop", "instance": f"{region}-1"}, [(at, 1.0) for at in moments])
    probe = {"job": "probe", "instance": "p"}
    blocks.add(
        "probe_success", probe, [(at, float(not END - 8 * HOUR < at <= END - 7 * HOUR)) for at in moments]
    )
    blocks.add("up", probe, [(at, 1.0) for at in moments])
    blocks.make()


def project(folder: Path, spec: str = SPEC, settings: str = SETTINGS) -> Path:
    """A project of these specs."""
    (folder / "specs").mkdir()
    (folder / "specs/shop.yaml").write_text(spec)
    (folder / "slogen.yaml").write_text(settings)
    return folder


def backfill(programs: Programs, *arguments: object) -> Result:
    """Run the command as a user does."""
    named = ["--prometheus", programs.prometheus, "--promtool", programs.promtool]
    return CliRunner().invoke(command, [str(each) for each in (*named, *arguments)], standalone_mode=False)
