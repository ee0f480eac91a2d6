"""How sure a proof is of a minute, and samples as rarely as a project scrapes."""

from slogen.proof.margins import Edges
from slogen.proof.scraped import as_scraped, minutes_between
from slogen.settings import PrometheusSettings, Settings

SURE, UNSURE = Edges(0, 0, 0), Edges(late=1.5, more=0.5, fewer=0)


def test_a_young_window_is_judged_against_all_of_it():
    assert SURE.crossing(0.75, window=1440, healthy=20) == (1080, 1080)
    assert SURE.crossing(0.0144, window=60, healthy=120) == (0.864, 0.864)


def test_edges_weigh_more_where_a_ratio_climbs_slowly():
    first, last = UNSURE.crossing(0.75, window=1440, healthy=20)
    assert (first, last) == (1080, 0.75 * 1440.5 * (1 + 0.5 / 20) + 1.5)
    assert UNSURE.is_above(0.5, bad=20, total=30)
    assert not UNSURE.is_above(0.5, bad=16, total=30)


def test_what_is_counted_early_may_be_above_early():
    early = Edges(late=0, more=0, fewer=0, early=1)
    assert early.crossing(0.0144, window=180, healthy=120) == (0.0144 * 180 - 1, 0.0144 * 180)
    assert early.crossing(0.0144, window=60, healthy=120)[0] == 0


def test_samples_are_thinned_but_not_what_is_recorded():
    settings = Settings(PrometheusSettings(scrape_interval=120, base_window=600))
    assert minutes_between(settings) == 2
    given = {"x": "1+1x3 _x1 5 stale", "slo:y": "1x3"}
    assert as_scraped(given, settings) == {"x": "1 _ 3 _ _ _ stale", "slo:y": "1x3"}
    assert as_scraped(given, Settings()) == given


def test_samples_meet_the_ends_of_base_windows():
    assert minutes_between(Settings(PrometheusSettings(scrape_interval=120, base_window=900))) == 3
    assert minutes_between(Settings(PrometheusSettings(scrape_interval=15))) == 1
