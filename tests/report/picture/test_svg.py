"""The picture as a reader of XML sees it: everything stands where it should, and nothing is lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from slogen.conventions import BURN_ALERT
from slogen.history.played import Firing, History, Incident, Played
from slogen.report.history_words import SIMULATION
from slogen.report.picture import svg
from slogen.report.picture.sheet import LEFT, RIGHT

from ..month import DAY, GAP, HOUR, START, month

SVG = "{http://www.w3.org/2000/svg}"
WIDTH = RIGHT - LEFT
LENGTH = 10 * DAY


def burn(start: int, end: int | None, tier: str = "page_fast", pending: int = 0) -> Firing:
    until = None if end is None else START + end
    return Firing(BURN_ALERT, tier, tier.partition("_")[0], START + start - pending, START + start, until)


def played(*firings: Firing, **other) -> Played:
    hours = range(0, LENGTH + 1, HOUR)
    told = Played(
        "a/b",
        {},
        Fraction("0.999"),
        "30d",
        "events",
        1000,
        1,
        firings,
        (),
        tuple((START + t, 1 - t / LENGTH) for t in hours),
        tuple((START + t, 0.0005) for t in hours),
        ("page_fast", "ticket_slow"),
    )
    return replace(told, **other)


def history(*slos: Played) -> History:
    return History(START, START + LENGTH, 30, "Prometheus", slos)


def drawn(*slos: Played, **other) -> ElementTree.Element:
    return ElementTree.fromstring(svg([("x", history(*slos))], **other))


def of_class(root: ElementTree.Element, *names: str, tag: str = "*") -> list[ElementTree.Element]:
    """Elements with all these classes and no others."""
    found = root.iter(f"{SVG}{tag}" if tag != "*" else None)
    return [each for each in found if sorted(each.get("class", "").split()) == sorted(names)]


def bars(root: ElementTree.Element, *names: str) -> list[tuple[float, float]]:
    """Left and width of the bars in rows, not those of the legend."""
    found = [each for each in of_class(root, *names, tag="rect") if each.find(f"{SVG}title") is not None]
    return [(float(each.get("x", "")), float(each.get("width", ""))) for each in found]


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def points(root: ElementTree.Element, *names: str) -> list[list[tuple[float, float]]]:
    """The points of a line, part by part."""
    (line,) = of_class(root, *names, tag="path")
    parts = re.findall(r"M([^M]*)", line.get("d", ""))
    numbers = [[float(n) for n in re.findall(r"-?[\d.]+", part.split("h")[0])] for part in parts]
    return [list(zip(each[::2], each[1::2], strict=True)) for each in numbers]


def test_a_document_of_its_own():
    text = svg(month("0.9995", "0.999"))
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    title, desc = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == "Backtest of embeddings/availability"
    assert "99.9 %: 4 incidents paged (7 pages)" in (desc.text or "")
    assert not re.search(r"href|https?://(?!www\.w3\.org/2000/svg)|@import|<script|<image", text)


def test_every_id_is_there_once_and_what_is_meant_exists():
    text = svg([("x", history(played(burn(0, 60)), played(burn(0, 60), slo_id="c/d")))])
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_the_same_bytes_for_the_same_history():
    assert svg(month("0.9995")) == svg(month("0.9995"))


def test_a_month_in_two_versions_is_small():
    assert len(svg(month("0.9995", "0.999")).encode()) < 150_000


def test_bars_stand_where_it_fired():
    root = drawn(played(burn(2 * DAY, 4 * DAY), burn(5 * DAY, 6 * DAY, "ticket_slow")))
    assert bars(root, "page") == [(LEFT + WIDTH * 0.2, WIDTH * 0.2)]
    assert bars(root, "ticket") == [(LEFT + WIDTH * 0.5, WIDTH * 0.1)]


@pytest.mark.parametrize("start", [5 * DAY, 0, LENGTH - 20, LENGTH])
def test_a_short_page_is_seen(start):
    ((left, width),) = bars(drawn(played(burn(start, start + 10))), "page")
    assert width == 2
    assert LEFT <= left <= RIGHT - 2


def test_what_was_before_and_after_is_not_drawn():
    assert bars(drawn(played(burn(-DAY, -HOUR), burn(LENGTH + 60, None))), "page") == []
    assert bars(drawn(played(burn(-DAY, DAY))), "page") == [(LEFT, WIDTH * 0.1)]


def test_pending_is_drawn_beside():
    root = drawn(played(burn(5 * DAY, 6 * DAY, pending=DAY)))
    assert bars(root, "page", "pending") == [(LEFT + WIDTH * 0.4, WIDTH * 0.1)]
    assert bars(root, "page") == [(LEFT + WIDTH * 0.5, WIDTH * 0.1)]


def test_what_goes_on_reaches_the_end_and_points_on():
    root = drawn(played(burn(9 * DAY, None)))
    assert bars(root, "page") == [(LEFT + WIDTH * 0.9, WIDTH * 0.1)]
    assert [each.get("d", "").split()[0] for each in of_class(root, "page", tag="path")] == [f"M{RIGHT}"]
    assert not of_class(drawn(played(burn(8 * DAY, 9 * DAY))), "page", tag="path")


def test_bars_that_would_touch_are_one_and_say_so():
    firings = [burn(5 * DAY + n * 60, 5 * DAY + n * 60 + 30) for n in range(1000)]
    root = drawn(played(*firings))
    assert len(bars(root, "page")) == 1
    assert any(each.text == "page_fast: 1000 times" for each in root.iter(f"{SVG}title"))
    assert "page, 1000x, 8h20m" in texts(root)


def test_each_tier_has_a_row_and_words_say_what_colours_say():
    said = texts(drawn(played(burn(0, HOUR))))
    assert {"page_fast", "ticket_slow", "page, 1x, 1h", "never"} <= set(said)


def test_a_spike_survives():
    calm = [(START + t, 0.0001) for t in range(0, LENGTH, 60)]
    calm[7001] = (calm[7001][0], 0.9)
    (line,) = points(drawn(played(ratio=tuple(calm))), "trace", "errors")
    highest = min(line, key=lambda point: point[1])
    assert highest[0] == pytest.approx(LEFT + WIDTH * 7001 * 60 / LENGTH, abs=1)
    assert len(line) < 3 * WIDTH
    usual = sorted(y for _, y in line)[len(line) // 2]
    assert usual - highest[1] > 80


def test_a_gap_stays_a_gap():
    root = ElementTree.fromstring(svg(month("0.9995")))
    before, after = points(root, "trace", "version0")
    x = [LEFT + WIDTH * (at - START) / (30 * DAY) for at in GAP]
    assert before[-1][0] == pytest.approx(x[0], abs=1)
    assert after[0][0] == pytest.approx(x[1], abs=1)
    gaps = bars(root, "gap")
    assert len(gaps) == 2  # in the budget and in the errors
    assert gaps[0][1] == pytest.approx(x[1] - x[0], abs=1)


def test_what_is_no_number_is_a_gap():
    left = tuple((START + t, float("nan") if t == 5 * HOUR else 0.5) for t in range(0, LENGTH, HOUR))
    text = svg([("x", history(played(left=left)))])
    assert len(points(ElementTree.fromstring(text), "trace", "version0")) == 1  # one point of many is no gap
    assert "nan" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)


def test_the_line_of_the_budget():
    (line,) = points(drawn(played()), "trace", "version0")
    assert (line[0][0], line[-1][0]) == (LEFT, RIGHT)
    zero = float(of_class(drawn(played()), "zero", tag="line")[0].get("y1", ""))
    assert line[-1][1] == zero  # nothing is left at the end
    middle = line[len(line) // 2]
    assert middle[1] == pytest.approx((line[0][1] + zero) / 2, abs=0.5)


def hatched(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [each for each in root.iter(f"{SVG}path") if each.get("fill", "").startswith("url(")]


def test_below_zero_is_hatched_and_said():
    spent = played(left=tuple((START + t, 0.5 - t / LENGTH) for t in range(0, LENGTH + 1, HOUR)))
    root = drawn(spent)
    assert len(hatched(root)) == 1
    assert hatched(drawn(played())) == []
    assert "at the end -50 %" in texts(root)
    assert "more than the budget is spent" in texts(root)
    assert "more than the budget is spent" not in texts(drawn(played()))


def test_far_below_zero_is_said_and_leaves_the_rest_readable():
    deep = played(left=tuple((START + t, 1 - 50 * t / LENGTH) for t in range(0, LENGTH + 1, HOUR)))
    root = drawn(deep)
    assert "goes down to -4900 %, below this picture" in texts(root)
    assert "-200 %" in texts(root)
    (line,) = points(root, "trace", "version0")
    assert max(y for _, y in line) - min(y for _, y in line) <= 170


def test_errors_far_above_what_is_allowed_have_a_logarithmic_axis():
    said = texts(drawn(played(ratio=((START, 0.0), (START + HOUR, 0.5)))))
    assert {"Share of errors, on a logarithmic axis", "≤ 0.01 %", "100 %", "allowed 0.1 %"} <= set(said)
    assert "Share of errors" in texts(drawn(played()))


def test_thresholds_are_lines_with_names():
    given = {"a/b": [("page_fast", 0.0144)], "c/d": [("other", 0.5)]}
    root = drawn(played(), thresholds=given)
    (line,) = of_class(root, "threshold", tag="line")
    assert "page_fast 1.44 %" in texts(root)
    assert line.get("y1") == line.get("y2")
    allowed = of_class(root, "allowed", tag="line")[0]
    assert float(line.get("y1", "")) < float(allowed.get("y1", ""))


def incident(start: int, end: int | None, budget: float = 0.1) -> Incident:
    return Incident(START + start, None if end is None else START + end, (burn(start + 30, end),), 1, budget)


def test_incidents_have_bands_numbers_and_words():
    root = drawn(played(burn(DAY + 30, 2 * DAY), incidents=(incident(DAY, 2 * DAY),)))
    band = of_class(root, "band", tag="rect")[0]
    assert (float(band.get("x", "")), float(band.get("width", ""))) == (LEFT + WIDTH * 0.1, WIDTH * 0.1)
    assert [each.text for each in of_class(root, "on", "small", "strong")] == ["1"]
    assert "20 Oct 14:00 to 21 Oct 14:00" in texts(root)
    assert "1d, 10 % of the budget, paged after 30s: page_fast" in texts(root)


def test_numbers_that_would_meet_are_one():
    close = (incident(DAY, DAY + 60), incident(DAY + HOUR, DAY + HOUR + 60), incident(9 * DAY, None))
    root = drawn(played(burn(DAY, None), incidents=close))
    assert [each.text for each in of_class(root, "on", "small", "strong")] == ["1-2", "3"]


def test_of_many_incidents_the_most_expensive_are_told():
    many = tuple(incident(n * HOUR, n * HOUR + 60, budget=n / 100) for n in range(40))
    said = texts(drawn(played(burn(0, 60), incidents=many)))
    assert "and 28 that cost less" in said
    assert any(text.startswith("1m, 39 %") for text in said)
    assert not any(text.startswith("1m, 27 %") for text in said)


def test_versions_share_the_axis_and_have_their_own_rows():
    root = ElementTree.fromstring(svg(month("0.9995", "0.999", "0.995")))
    said = texts(root)
    assert said.count("page_fast") == 3
    for name in ("99.95 %", "99.9 %", "99.5 %"):
        assert said.count(name) == 2  # above its rows, and above its column of incidents
        assert any(text.startswith(f"{name}: ") for text in said)
    assert len(bars(root, "page")) == 8 + 7 + 2
    assert said.count("no page") == 2
    for place in range(3):
        assert len(points(root, "trace", f"version{place}")) == 2


def test_of_several_slos_those_with_alerts_are_drawn():
    said = texts(drawn(played(burn(0, 60)), played(slo_id="quiet/one"), played(burn(0, 60), slo_id="c/d")))
    assert {"a/b", "c/d"} <= set(said)
    assert "no alert of 1 more: quiet/one" in said
    assert said.count("Error budget left") == 2


def test_nothing_at_all():
    assert "no SLO was played" in texts(drawn())
    empty = drawn(played(left=(), ratio=()))
    assert texts(empty).count("no data") == 3  # twice in place, once in the legend
    assert "nobody was paged, no ticket" in texts(empty)


def test_invented_time_counts_from_its_start():
    said = texts(drawn(played(burn(DAY, DAY + 60)), kind=SIMULATION))
    assert {"0", "5d", "10d", "since the start"} <= set(said)
    assert not any("Oct" in text for text in said)


def test_real_time_is_utc():
    said = texts(drawn(played()))
    midnight = datetime.fromtimestamp(START + DAY, UTC).strftime("%-d %b")
    assert {"UTC", midnight} <= set(said)


@pytest.mark.parametrize(
    "evil", ['"><script>alert(1)</script>', "]]>&amp;", "\x1b[31m\x00\ud800", "\u202etxt"]
)
def test_foreign_text_stays_text(evil):
    firing = replace(burn(0, 60), alert=evil, tier=evil)
    one = played(firing, slo_id=evil, labels={evil: evil}, tiers=(evil,))
    text = svg([(evil, history(one)), (evil, history(one))], thresholds={evil: [(evil, 0.1)]})
    root = ElementTree.fromstring(text.encode())
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "line", "path", "clipPath", "defs", "pattern")
    }
    assert not re.search("[\x00\x1b\u202e]", text)


def test_long_names_are_cut():
    long = "x" * 400
    one = played(replace(burn(0, 60), alert=long, tier=""), slo_id=long)
    said = texts(drawn(one))
    assert max(map(len, said)) <= 140


def test_dark_and_light():
    text = svg([("x", history(played()))])
    assert "@media (prefers-color-scheme: dark)" in text
    for theme, ground in (("light", "#ffffff"), ("dark", "#0d1117")):
        single = svg([("x", history(played()))], theme=theme)
        assert "@media" not in single
        assert f".ground {{ fill: {ground}; }}" in single
