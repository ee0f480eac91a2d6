"""Tables that the code produces. A row that differs is printed as it should be."""

from itertools import groupby
from math import ceil

import pytest

from slogen.model.windows import tiles
from slogen.understand import understand
from slogen.units import MINUTE, format_duration, parse_duration, to_text

from .pages import read, rows, section

SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: s
slos: [{{name: s, objective: {objective}, window: {window}, sli: {{events: {{bad: b, total: t}}}}}}]
"""
NAMES = ("page_fast", "page_slow", "ticket_fast", "ticket_slow")


def tier_cells(objective, window):
    (service,) = understand({"s.yaml": SPEC.format(objective=objective, window=window)}).services
    tiers = {tier.name: tier for tier in service.slos[0].alerting.tiers}
    cells = []
    for tier in map(tiers.get, NAMES):
        windows = tier and f"{format_duration(tier.long)}, {format_duration(tier.short)}"
        cells.append(f"{to_text(tier.factor, 3)}x over {windows}" if tier else "-")
    budget = service.slos[0].budget
    pages = [ceil(t.factor * budget * t.long / MINUTE) for t in tiers.values() if t.severity == "page"]
    return [*cells, format_duration(min(pages) * MINUTE) if pages else "-"]


def tier_rows():
    found = [row for row in rows(section(read("docs/tiers.md"), "What comes out")) if len(row) == 6]
    return [row for row in found if row[0][0].isdigit()]


@pytest.mark.parametrize("row", tier_rows(), ids=lambda row: row[0])
def test_tiers(row):
    objective, window = (row[0].rstrip("%"), "30d") if "%" in row[0] else ("99.9", row[0])
    assert row == [row[0], *tier_cells(objective, window)]


def test_the_table_of_tiers_spans_objectives_and_windows():
    assert {row[0] for row in tier_rows()} >= {"99.99%", "99%", "90%", "50%", "90d", "30d", "7d", "1h"}


def tile_rows():
    return [row for row in rows(section(read("docs/windows.md"), "Telescoping")) if row[0][0].isdigit()]


@pytest.mark.parametrize("row", tile_rows(), ids=lambda row: row[0])
def test_tiles(row):
    lengths = [tile.length for tile in tiles(parse_duration(row[0]), 5 * MINUTE)]
    parts = [f"{len(list(same))} x {format_duration(length)}" for length, same in groupby(lengths)]
    assert row == [row[0], " + ".join(parts)]


def test_the_table_of_tiles_has_odd_windows():
    assert {row[0] for row in tile_rows()} >= {"25h", "30d", "90d"}
