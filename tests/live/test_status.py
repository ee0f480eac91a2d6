"""How SLOs stand: every state, what is left in shares, time and events, and what can't be told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from slogen.report.status import FORMS

from .conftest import AT, fleet
from .fleet import Recorded, recorded
from .past import DAY, now, prometheus

HEALTHY = Recorded("shop/api")
CLUSTERED = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos: [{name: api, objective: 99.9, sli: {events: {bad: e_total, total: t_total}}}]
"""
PAGE = {"slo_tier": "page_fast", "severity": "page"}


def one(run, *slos: Recorded, args: tuple[str, ...] = (), **served) -> tuple[int, dict[str, Any]]:
    with fleet(*slos, **served) as fake:
        done = run("status", "--url", fake.url, "--at", AT, "--format", "json", *args)
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.parametrize(
    ("left", "state", "code"),
    [
        (1.0, "healthy", 0),
        (0.51, "healthy", 0),
        (0.5, "warning", 0),
        (0.21, "warning", 0),
        (0.2, "critical", 0),
        (0.01, "critical", 0),
        (0.0, "exhausted", 1),
        (-0.18, "exhausted", 1),
    ],
)
def test_states_by_the_consumed_budget(run, left, state, code):
    exit_code, found = one(run, Recorded("shop/api", left=left))
    assert (found["slos"][0]["state"], exit_code) == (state, code)
    assert found["summary"]["within_budget"] == (state != "exhausted")


def test_what_is_left_in_every_unit(run):
    _, found = one(run, Recorded("shop/api", objective=0.9995, left=-0.18, rate=10.0, days=30))
    (slo,) = found["slos"]
    assert slo["value_percent"] == pytest.approx(100 - 1.18 * 0.05)
    assert slo["budget"] == {
        "left_percent": pytest.approx(-18),
        "left_minutes": pytest.approx(-0.18 * 21.6),
        "total_minutes": pytest.approx(21.6),
        "left_events": pytest.approx(-0.18 * 0.0005 * 10 * 30 * DAY),
    }
    assert slo["exhausted_in_seconds"] == 0


def test_events_of_a_young_slo_are_those_of_a_whole_window(run):
    """Its rate is over the whole window, of which it has known a tenth."""
    _, found = one(run, Recorded("shop/api", left=0.9, rate=1.0, age=3.0))
    (slo,) = found["slos"]
    assert slo["budget"]["left_events"] == pytest.approx(0.9 * 0.001 * 10 * 30 * DAY, rel=1e-4)
    assert slo["history_days"] == pytest.approx(3, abs=1e-3)


@pytest.mark.parametrize(
    ("burn", "gone_in"),
    [
        ((99, 16, 4), 0.1 * 30 * DAY / 16),
        ((0, 1, 40), 0.1 * 30 * DAY / 40),
        ((9, 0, 0), None),
        ((9, 0.09, 0), None),
    ],
)
def test_gone_in_goes_by_the_longer_windows(run, burn, gone_in):
    _, found = one(run, Recorded("shop/api", left=0.1, burn=burn))
    assert found["slos"][0]["exhausted_in_seconds"] == (gone_in and pytest.approx(gone_in))


def test_no_data_is_never_fine(run):
    code, found = one(run, HEALTHY, Recorded("shop/gone", rate=None, last_seen=3 * DAY))
    assert code == 5
    slo = found["slos"][1]
    assert (slo["state"], slo["budget"], slo["value_percent"]) == ("no data", None, None)
    assert slo["last_seen"] == "2026-11-25T12:00:00Z"
    assert one(run, HEALTHY, Recorded("shop/gone", rate=None), args=("--unknown", "ok"))[0] == 0


def test_no_traffic_is_neither(run):
    code, found = one(run, Recorded("shop/idle", rate=0.0, left=None))
    assert (code, found["slos"][0]["state"], found["summary"]["judged"]) == (0, "no traffic", 0)


def test_excluded_time_is_said(run):
    with fleet(Recorded("shop/api", excluded=True)) as fake:
        assert "healthy (excluded now)" in run("status", "--url", fake.url, "--at", AT).stdout


def test_rules_that_are_gone(run):
    code, found = one(run, HEALTHY, ran={"old": AT - DAY})
    assert code == 5
    assert (found["slos"][0]["id"], found["slos"][0]["state"]) == ("old/*", "rules gone")


@pytest.mark.parametrize("name", ["old", "old/api"])
def test_rules_that_are_gone_of_what_is_named(run, name):
    code, found = one(run, HEALTHY, ran={"old": AT - DAY}, args=(name,))
    assert (code, [slo["state"] for slo in found["slos"]]) == (5, ["rules gone"])


def test_an_empty_server_is_not_fine(run):
    assert one(run)[0] == 5


def test_a_partial_answer_is_not_fine(run):
    code, found = one(run, HEALTHY, warnings=("a store is away",))
    assert (code, found["warnings"]) == (5, ["a store is away"])


@pytest.mark.parametrize(
    ("slo", "word", "code"),
    [
        (Recorded("a/b", left=0.4), "warning", 1),
        (Recorded("a/b", left=0.4), "critical", 0),
        (Recorded("a/b", left=0.1), "critical", 1),
        (Recorded("a/b", left=0.1), "exhausted", 0),
        (Recorded("a/b", firing=(PAGE,)), "paging", 1),
        (Recorded("a/b", firing=({"severity": "ticket"},)), "paging", 0),
        (Recorded("a/b", left=-1), "never", 0),
        (Recorded("a/b", rate=None), "never", 0),
        (Recorded("a/b", rate=None), "paging", 5),
    ],
)
def test_what_fails(run, slo, word, code):
    assert one(run, slo, args=("--fail-on", word))[0] == code


def test_what_pages_is_never_called_healthy(run):
    with fleet(Recorded("a/b", firing=(PAGE,))) as fake:
        done = run("status", "--url", fake.url, "--at", AT)
    table, _, closing = done.stdout.partition("overall:")
    assert "paging" in table
    assert "healthy" not in table
    assert closing.endswith("healthy 1; paging 1\n")


def test_a_group_that_fails_is_not_hidden_by_its_peers(run):
    groups = ({"model": "a"}, {"model": "b"})
    with fleet(Recorded("llm/ttft", groups=groups, firing=({**PAGE, "model": "b"},))) as fake:
        done = run("status", "--url", fake.url, "--at", AT, "--fail-on", "paging")
    assert done.exit_code == 1
    assert "llm/ttft {model=b} (worst of 2)" in done.stdout
    assert "page_fast since 11:00" in done.stdout


def test_a_page_of_one_part_hides_no_spent_budget_of_another(run):
    models = ({"model": "a"},)
    gone = Recorded("d/ready", groups=models, left=-0.5)
    paging = Recorded("d/gpu", groups=models, firing=({**PAGE, "model": "a"},))
    _, found = one(run, gone, paging, args=("--by", "model"))
    assert found["together"] == [
        {"value": "a", "state": "exhausted", "is_paging": True, "worst": "d/ready", "slos": 2},
    ]


class Differing(Recorded):
    """Model a pages, b has no budget left, c has no data, d is well."""

    def samples(self, now):
        for labels, value in super().samples(now):
            name, model = labels["__name__"], labels.get("model")
            if model == "c" and name.startswith("slo:"):
                continue
            yield labels, -0.5 if (model, name) == ("b", "slo:period_error_budget_remaining:ratio") else value


def test_a_page_of_one_group_hides_no_spent_budget_of_another(run):
    slo = Differing("llm/ttft", groups=tuple({"model": m} for m in "abcd"), firing=({**PAGE, "model": "a"},))
    code, found = one(run, slo, HEALTHY)
    assert (code, found["summary"]["judged"], found["summary"]["within_budget"]) == (1, 2, 1)
    assert {k: n for k, n in found["summary"]["states"].items() if n} == {"healthy": 1, "exhausted": 1}
    with fleet(slo) as fake:
        shown = run("status", "--url", fake.url, "--at", AT).stdout
    assert "llm/ttft {model=a} (worst of 4; 1 exhausted; 1 no data)" in shown


def test_what_shares_a_label_is_judged_together(run):
    models = ({"model": "a"}, {"model": "b"})
    slos = (
        Recorded("d/gpu", groups=models),
        Recorded("d/ready", groups=models[:1], left=0.1),
        Recorded("d/other"),
    )
    _, found = one(run, *slos, args=("--by", "model"))
    assert found["together"] == [
        {"value": "a", "state": "critical", "is_paging": False, "worst": "d/ready", "slos": 2},
        {"value": "b", "state": "healthy", "is_paging": False, "worst": "d/gpu", "slos": 1},
    ]
    with fleet(*slos) as fake:
        shown = run("status", "--url", fake.url, "--at", AT, "--by", "model").stdout
        typed = run("status", "--url", fake.url, "--at", AT, "--by", "modle").stdout
    assert "model=a: critical (of 2; d/ready is critical)\nmodel=b: healthy (of 1; all of them)" in shown
    assert "no SLO or group has the label `modle`" in typed


class Bare(Recorded):
    """Without the series of these names, as if their rules didn't run, or failed."""

    lacks: tuple[str, ...] = (
        "slo:error_budget:ratio",
        "slo:period_error_budget_remaining:ratio",
        "slogen_slo_info",
    )

    def samples(self, now):
        return (
            (labels, value) for labels, value in super().samples(now) if labels["__name__"] not in self.lacks
        )


class NoRemaining(Bare):
    lacks = ("slo:period_error_budget_remaining:ratio",)


def test_an_slo_whose_budget_rules_dont_run_is_there_and_pages(run):
    code, found = one(run, HEALTHY, Bare("pay/api", firing=(PAGE,)), args=("--fail-on", "paging"))
    assert code == 1
    pay = found["slos"][0]
    assert (pay["id"], pay["state"], pay["is_paging"]) == ("pay/api", "no data", True)
    assert one(run, HEALTHY, Bare("pay/api"))[0] == 5


def test_events_without_a_budget_are_not_no_traffic(run):
    code, found = one(run, NoRemaining("shop/api"))
    assert (code, found["slos"][0]["state"]) == (5, "no data")


def test_a_local_slo_beside_federated_copies(run):
    slos = (Recorded("shop/api", left=-0.5), Recorded("shop/api", left=0.9, place={"cluster": "a"}))
    code, found = one(run, *slos)
    shown = [(slo["place"], slo["state"]) for slo in found["slos"]]
    assert (code, shown) == (1, [({}, "exhausted"), ({"cluster": "a"}, "healthy")])


@pytest.mark.parametrize(
    ("severity", "is_page"), [("critical", True), ("sev1", True), ("warning", False), ("info", False)]
)
def test_a_severity_that_nobody_knows_may_be_a_page(run, severity, is_page):
    _, found = one(run, Recorded("shop/api", firing=({"severity": severity},)))
    assert found["slos"][0]["is_paging"] == is_page


@dataclass(frozen=True)
class OtherBase(Recorded):
    def samples(self, now):
        for labels, value in super().samples(now):
            name = labels["__name__"].replace("slo:sli_total:rate5m", "slo:sli_total:rate10m")
            yield {**labels, "__name__": name}, value


def test_projects_with_other_base_windows(run):
    code, found = one(run, HEALTHY, OtherBase("other/api"))
    assert (code, {slo["state"] for slo in found["slos"]}) == (0, {"healthy"})


@dataclass(frozen=True)
class Monthly(Recorded):
    def samples(self, now):
        for labels, value in super().samples(now):
            yield ({**labels, "window": "month"} if "window" in labels else labels), value
        yield {"__name__": "slogen_budget_start_timestamp_seconds", **LABELS}, now - 27.5 * DAY


LABELS = {"slo_id": "shop/api", "slo_service": "shop", "slo": "api"}


@pytest.mark.parametrize(("burn", "gone_in"), [(2, None), (20, 0.2 * 30 * DAY / 20)])
def test_a_new_month_brings_a_new_budget(run, burn, gone_in):
    _, found = one(run, Monthly("shop/api", left=0.2, burn=(burn, burn, burn)))
    assert found["slos"][0]["exhausted_in_seconds"] == (gone_in and pytest.approx(gone_in))


@pytest.mark.server
def test_a_window_of_which_a_part_is_known_tells_nothing(run, oracles, tmp_path):
    moment, binary = now(), oracles("prometheus-3.5", "prometheus").parent
    slos = (Recorded("shop/api"), Recorded("shop/new", rate=1.0))
    series = [*recorded(slos[:1], moment, tiles=8), *recorded(slos[1:], moment, tiles=2)]
    with prometheus(binary, tmp_path / "prometheus", series) as url:
        args = ("status", "--url", url, "--at", moment, "--window", "7d")
        done, shown = run(*args, "--format", "json"), run(*args)
        known = run(*args, "shop/api")
    assert (done.exit_code, known.exit_code) == (5, 0)
    assert [s["over_known_percent"] for s in json.loads(done.stdout)["slos"]] == [100, pytest.approx(200 / 7)]
    assert "(2d of 7d)" in shown.stdout
    assert "met in the last 7d: 1 of 1" in shown.stdout


def test_many_groups_and_alerts_are_no_square(run):
    """A thousand of each, whose alerts are found by their labels; a square would take minutes."""
    groups = tuple({"model": f"m{n}"} for n in range(1000))
    slo = Recorded("llm/ttft", groups=groups, firing=tuple({**PAGE, **group} for group in groups))
    _, found = one(run, slo)
    assert all([a["alert"] for a in slo["alerts"]] == ["SLOErrorBudgetBurn"] for slo in found["slos"])


def test_copies_are_shown_apart_and_said(run):
    places = ({"replica": "a"}, {"replica": "b"})
    _, found = one(run, *(Recorded("shop/api", left=0.5 + n / 10, place=p) for n, p in enumerate(places)))
    assert [slo["place"] for slo in found["slos"]] == list(places)
    assert "`replica`" in found["warnings"][0]


def clustered(*names):
    """A project of these clusters."""
    Path("specs").mkdir()
    Path("specs/shop.yaml").write_text(CLUSTERED)
    clusters = ", ".join(f"{{name: {name}}}" for name in names)
    Path("slogen.yaml").write_text(f"apiVersion: slogen/v1\nkind: Settings\nclusters: [{clusters}]\n")


def test_copies_in_clusters_of_the_project_are_meant(run):
    clustered("a", "b")
    places = [{"cluster": "a"}, {"cluster": "b"}]
    _, found = one(run, *(Recorded("shop/api", place=place) for place in places))
    assert [slo["place"] for slo in found["slos"]] == places
    assert found["warnings"] == []
    with fleet(*(Recorded("shop/api", place=place) for place in places)) as fake:
        gate = run("gate", "--url", fake.url, "--at", AT, "--cluster", "a")
    assert "more than once" not in gate.output
    places[0]["replica"] = "x"
    _, found = one(run, *(Recorded("shop/api", place=place) for place in places))
    assert "they differ in `replica`" in found["warnings"][0]


def test_rules_that_are_gone_in_one_cluster(run):
    """What is left says nothing of it, and would all be well."""
    clustered("a", "b", "c")
    ran = [
        ({"slo_service": "shop", "cluster": "a"}, AT),
        ({"slo_service": "shop", "cluster": "b"}, AT - 3600),
    ]
    left = Recorded("shop/api", place={"cluster": "a"})
    for names in ((), ("shop/api",)):
        _, found = one(run, left, ran_in=ran, args=names)
        assert [(slo["place"], slo["state"]) for slo in found["slos"]] == [
            ({"cluster": "a"}, "healthy"),
            ({"cluster": "b"}, "rules gone"),  # of c nobody knows: it may have a server of its own
        ]
    with fleet(left, ran_in=ran) as fake:
        gate = run("gate", "shop", "--url", fake.url, "--at", AT, "--format", "json")
    assert [slo["labels"] for slo in json.loads(gate.stdout)["slos"]] == [{"cluster": "a"}, {"cluster": "b"}]
    assert gate.exit_code == 5
    with fleet(left, ran_in=ran) as fake:
        asked = ("gate", "shop", "--url", fake.url, "--at", AT, "--format", "json", "--cluster")
        there, gone = run(*asked, "a"), run(*asked, "b")
    for cluster, done in (("a", there), ("b", gone)):
        assert [slo["labels"] for slo in json.loads(done.stdout)["slos"]] == [{"cluster": cluster}]
    assert (gone.exit_code, "rules don't run any more" in gone.stdout) == (5, True)
    Path("specs/shop.yaml").write_text(CLUSTERED.replace("slos:", "clusters: [a, c]\nslos:"))
    assert [slo["state"] for slo in one(run, left, ran_in=ran)[1]["slos"]] == ["healthy"]


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        ((), ["a/x", "a/y", "b/x"]),
        (("a",), ["a/x", "a/y"]),
        (("a/y", "b"), ["a/y", "b/x"]),
        (("*/x",), ["a/x", "b/x"]),
        (("--owner", "team-b"), ["b/x"]),
        (("--label", "model=m"), ["a/y"]),
        (("--worst",), ["b/x", "a/y", "a/x"]),
    ],
)
def test_selection(run, args, ids):
    slos = (
        Recorded("a/x"),
        Recorded("a/y", left=0.4, more={"model": "m"}),
        Recorded("b/x", left=0.1, owner="team-b"),
    )
    assert [slo["id"] for slo in one(run, *slos, args=args)[1]["slos"]] == ids


def test_a_name_may_be_missing_from_a_partial_answer(run):
    code, found = one(run, HEALTHY, args=("shop/stock",), warnings=("a store is away",))
    assert (code, found["slos"], found["warnings"]) == (5, [], ["a store is away"])


def test_a_name_of_nothing_is_a_mistake(run):
    with fleet(HEALTHY) as fake:
        done = run("status", "shop/apy", "--url", fake.url, "--at", AT)
    assert done.exit_code == 2
    assert "did you mean `shop/api`?" in done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_all_and_means_nothing_by_it(run, form):
    group = {"model": 'a|<b>"\x1b[31mü'}
    with fleet(Recorded("llm/ttft", groups=(group,), left=0.42)) as fake:
        done = run("status", "--url", fake.url, "--at", AT, "--format", form)
    assert "llm/ttft" in done.stdout
    assert "\x1b" not in done.stdout
    assert form == "json" or "42 %" in done.stdout
    assert "<b>" not in done.stdout or form in ("json", "text")


SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: team-a
slos:
  - name: api
    objective: 99.9
    sli: &sli {events: {bad: 'errors_total{job="shop"}', total: 'requests_total{job="shop"}'}}
  - {name: new, objective: 99, sli: *sli}
"""


@pytest.fixture
def with_specs(tmp_path: Path) -> Callable[[str], None]:
    def write(text: str) -> None:
        (tmp_path / "specs").mkdir(exist_ok=True)
        (tmp_path / "specs/shop.yaml").write_text(text)

    return write


def test_specs_that_are_newer_than_the_rules(run, with_specs):
    with_specs(SPEC)
    code, found = one(run, Recorded("shop/api", objective=0.995))
    assert code == 5
    assert [slo["state"] for slo in found["slos"]] == ["healthy", "not deployed"]
    assert found["slos"][0]["notes"] == ["the spec says 99.9%, the rules on the server 99.5%"]


@pytest.mark.parametrize("args", [(), ("shop",), ("shop/old",)])
def test_specs_that_are_older_than_the_rules(run, with_specs, args):
    """Or rules that nobody has removed; of other services nobody here knows the specs."""
    with_specs(SPEC)
    slos = (
        Recorded("shop/api"),
        Recorded("shop/new", objective=0.99),
        Recorded("shop/old"),
        Recorded("other/x"),
    )
    _, found = one(run, *slos, args=args)
    notes = {slo["id"]: slo["notes"] for slo in found["slos"]}
    left = "the specs don't have it: its rules are left over, or newer"
    assert notes["shop/old"] == [left]
    assert not any(told for slo_id, told in notes.items() if slo_id != "shop/old")


def test_nothing_is_left_over_of_specs_that_are_not_understood(run, with_specs):
    with_specs(SPEC.replace("objective: 99,", "objective: 999,"))
    with fleet(Recorded("shop/new")) as fake:
        done = run("status", "--url", fake.url, "--at", AT)
    assert done.exit_code == 1
    assert "left over" not in done.stdout


def test_specs_whose_rules_are_gone(run, with_specs):
    with_specs(SPEC)
    _, found = one(run, ran={"shop": AT - 3600})
    assert {slo["state"] for slo in found["slos"]} == {"rules gone"}


def test_the_page_of_a_project_with_words_of_its_own(run, with_specs, tmp_path):
    with_specs(SPEC)
    (tmp_path / "slogen.yaml").write_text(
        "apiVersion: slogen/v1\nkind: Settings\nseverities: {page: critical}\n"
    )
    _, found = one(run, Recorded("shop/api", firing=({"severity": "critical"},)))
    assert found["slos"][0]["is_paging"]


def test_broken_specs_are_said_and_the_server_is_shown(run, with_specs):
    with_specs(SPEC.replace("99.9", "101"))
    with fleet(HEALTHY) as fake:
        done = run("status", "--url", fake.url, "--at", AT)
    assert "specs/shop.yaml:8" in done.stderr
    assert "shop/api" in done.stdout
    assert done.exit_code != 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "no server is named"),
        (("--url", "ftp://x"), "http://"),
        (("--url", "http://x/?token=hunter2"), "without `?`"),
        (("--url", "http://x", "--window", "90m"), "whole hours"),
        (("--url", "http://x", "--window", "1y"), "92d"),
        (("--url", "http://x", "--at", "yesterday"), "is no time"),
        (("--url", "http://x", "--label", "x"), "NAME=VALUE"),
        (("--url", "http://x", "--header", "x"), "NAME: VALUE"),
        (("--url", "http://x", "--header", "a: @env:NOT_SET_ANYWHERE"), "NOT_SET_ANYWHERE"),
        (("--url", "http://x", "--timeout", "soon"), "no duration"),
        (("--url", "http://x", "--timeout", "0s"), "no duration"),
        (("--url", "http://127.0.0.1:1", "--watch", "0s"), "no duration"),
        (("--server", "eu"), "has no server `eu`"),
    ],
)
def test_mistakes_of_the_call(run, args, words):
    done = run("status", *args)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "hunter2" not in done.output


def test_a_server_that_is_not_there(run):
    done = run("status", "--url", "http://bob:hunter2@127.0.0.1:1", "--retries", "0", "--format", "json")
    assert done.exit_code == 4
    assert json.loads(done.stdout) == {
        "error": {"kind": "refused", "server": "http://127.0.0.1:1", "message": "nothing listens there"}
    }
    assert "hunter2" not in done.output


def test_settings_name_servers_and_credentials(run, tmp_path):
    with fleet(HEALTHY) as fake:
        settings = {
            "apiVersion": "slogen/v1",
            "kind": "Settings",
            "prometheus": {"url": "http://127.0.0.1:1"},
            "servers": {"eu": {"url": fake.url, "http_config": "eu.yaml", "tenant": "team-a"}},
        }
        (tmp_path / "slogen.yaml").write_text(yaml.safe_dump(settings))
        (tmp_path / "eu.yaml").write_text("basic_auth: {username: bob, password: hunter2}\n")
        assert run("status", "--server", "eu", "--at", AT).exit_code == 0
        assert fake.asked[0].headers["X-Scope-OrgID"] == "team-a"
        assert fake.asked[0].headers["Authorization"].startswith("Basic ")


def test_credentials_of_one_server_go_to_no_other(run, tmp_path):
    (tmp_path / "slogen.yaml").write_text(
        "apiVersion: slogen/v1\nkind: Settings\n"
        "prometheus: {url: 'http://127.0.0.1:1', http_config: eu.yaml}\n"
    )
    (tmp_path / "eu.yaml").write_text("basic_auth: {username: bob, password: hunter2}\n")
    with fleet(HEALTHY) as fake:
        assert run("status", "--url", fake.url, "--at", AT).exit_code == 0
        assert "Authorization" not in fake.asked[0].headers


def test_questions_dont_grow_with_the_number_of_slos(run):
    for number in (1, 300):
        with fleet(*(Recorded(f"shop/slo-{n}") for n in range(number))) as fake:
            run("status", "--url", fake.url, "--at", AT)
            assert len(fake.asked) == 3


@pytest.mark.server
@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_a_real_prometheus(run, oracles, tmp_path, version):
    moment = now()
    slos = (
        Recorded("shop/api", left=0.42),
        Recorded("llm/ttft", groups=({"model": "a"}, {"model": "ü"}), left=-0.1, firing=(PAGE,)),
        Recorded("old/gone", rate=None, last_seen=3 * DAY),
    )
    binary = oracles(f"prometheus-{version}", "prometheus").parent
    with prometheus(binary, tmp_path / "prometheus", recorded(slos, moment, tiles=8)) as url:
        done = run("status", "--url", url, "--at", moment, "--window", "7d", "--format", "json")
        wrong = run("status", "--url", url + "/nowhere", "--retries", "0")
    found = {slo["id"]: slo for slo in json.loads(done.stdout)["slos"]}
    assert (done.exit_code, found["llm/ttft"]["state"], found["old/gone"]["state"]) == (
        1,
        "exhausted",
        "no data",
    )
    assert found["shop/api"]["value_over_percent"] == pytest.approx(99.9)
    assert found["shop/api"]["budget"]["left_percent"] == pytest.approx(42)
    assert (wrong.exit_code, "prefix" in wrong.stderr) == (4, True)


def test_every_field_is_in_the_docs(run):
    page = Path(__file__).parents[2].joinpath("docs/live/status.md").read_text()
    documented = set(re.findall(r"`([\w.]+)`", page))
    _, found = one(run, Recorded("shop/api", firing=(PAGE,)))

    def names(data: Any) -> set[str]:
        if isinstance(data, dict):
            free = data.keys() & {"healthy", "api"} or set(data) <= {"model"}
            return (set() if free else set(data)) | {n for v in data.values() for n in names(v)}
        return {n for v in data for n in names(v)} if isinstance(data, list) else set()

    assert names(found) - documented == set()
