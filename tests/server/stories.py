"""What happens to the services, and what a person expects of their alerts. Minutes are those of the rules."""

from __future__ import annotations

import time

from slogen.live.status import State

from .stage import Stage
from .theatre import REQUESTS, Story, slo

BAD = 0.05  # share of errors of a service that fails
RATE = 400.0  # per second; at 1/30 these are 800 requests in a minute
HEALTHY = {"rate": RATE}
SHORT_STOP = 6
STOP = 10  # minutes for which rules or the whole Prometheus don't run
TTFT = {
    "latency": {
        "histogram": 'llm_time_to_first_token_seconds{job="JOB"}',
        "threshold": "500ms",
        "buckets": [0.1, 0.5, 1, 5],
        "by": ["model"],
    }
}


def outage(stage: Stage) -> None:
    """One of two models fails: its page says what a human needs, and is over 10 min after the outage."""
    stage.service.serve(llama=HEALTHY, mistral=HEALTHY)
    stage.wait_for_data(model="llama")
    stage.play(5)
    assert stage.fired(0) == set()
    stage.service.serve(llama=HEALTHY | {"errors": 1}, mistral=HEALTHY)
    page = stage.wait_for_alert("SLOErrorBudgetBurn", 3, severity="page", slo_tier="page_fast")
    stage.wait_for_alert("SLOErrorBudgetBurn", 6, severity="page", slo_tier="page_slow")
    assert page["labels"].items() >= {"model": "llama", "slo": "requests", "slo_window": "1h"}.items()
    assert page["labels"]["slo_id"] == "outage/requests"
    assert page["labels"]["owner"] == "llm-platform"
    said = page["annotations"]
    assert said["summary"] == "outage/requests (model=llama) burns its 30d error budget too fast"
    assert "% of events were bad over the last 1h; the objective of 99.9% allows 0.1%" in said["description"]
    assert said["description"].endswith(("gone in ", "s.", "already spent."))
    assert not [text for text in said.values() if "{{" in text or "<" in text or "NaN" in text]
    status = stage.status()
    assert {model for model, standing in status.items() if standing.is_paging} == {"llama"}
    assert (status["mistral"].state, status["llama"].owner) == (State.HEALTHY, "llm-platform")
    assert (status["llama"].burn.hour or 0) > 10  # it pages from 14.4 on
    stage.play(15)
    stage.service.serve(llama=HEALTHY, mistral=HEALTHY)
    stage.wait_for_end(10, severity="page")
    assert stage.fired(0, model="mistral") == set()


def slow(stage: Stage) -> None:
    """Late first tokens page like errors do; the requests themselves succeed."""
    stage.service.serve(llama=HEALTHY)
    stage.wait_for_data()
    stage.play(5)
    stage.service.serve(llama=HEALTHY | {"slow": 1})
    stage.wait_for_alert("SLOErrorBudgetBurn", 5, severity="page", slo="first-token", slo_tier="page_fast")
    stage.play(5)
    stage.service.serve(llama=HEALTHY)
    stage.wait_for_end(10, severity="page")
    assert stage.fired(0, slo="requests") == set()


def budget(stage: Stage) -> None:
    """The slower group: what it says is consumed is what was truly consumed, and its alerts follow."""
    started = time.time()
    stage.service.serve(llama=HEALTHY | {"errors": 0.006})
    said = stage.wait_for_alert("SLOErrorBudgetConsumed", 25, slo_budget_consumed="50%", severity="info")
    assert (
        said["annotations"]["summary"] == "budget/requests (model=llama) has consumed 50% of its error budget"
    )
    stage.play(5)
    _burn_is_true(stage, started, 0.15)
    assert stage.fired(0) == {"SLOErrorBudgetConsumed"}
    assert not list(stage.firing(slo_budget_consumed="80%"))
    stage.service.serve(llama=HEALTHY | {"errors": 0.1})
    stage.wait_for_alert("SLOErrorBudgetConsumed", 25, slo_budget_consumed="80%", severity="ticket")
    stage.wait_for_alert("SLOErrorBudgetExhausted", 25, slo_budget_consumed="100%", severity="ticket")
    stage.service.serve(llama=HEALTHY)
    stage.play(15)
    _burn_is_true(stage, started, 0.25)  # a burst lies where a busy machine evaluated


def _burn_is_true(stage: Stage, started: float, within: float) -> None:
    bad, total = (stage.service.events(started, time.time(), "llama", kind) for kind in ("bad", "total"))
    said = stage.value("slo:period_burn_rate:ratio")
    truth = bad / total / 0.01
    assert said is not None
    assert abs(said - truth) <= within * truth, (said, truth)


def rules_stopped(stage: Stage) -> None:
    """No rule runs for ten minutes, scrapes go on: no window changes by more, the page is back at once."""
    stage.service.serve(llama=HEALTHY | {"errors": BAD})
    stage.wait_for_data()  # a Prometheus scrapes for the first time when it has run for five seconds
    started = time.time()
    stage.wait_for_alert("SLOErrorBudgetBurn", 10, severity="page")
    stage.play(max(0, 30 - (time.time() - started) / stage.seconds(1)))
    file = stage.prometheus.folder / "rules" / f"{stage.name}.yaml"
    stopped = time.time()
    away = file.rename(file.with_suffix(".away"))
    stage.prometheus.reload()
    stage.play(STOP)
    away.rename(file)
    stage.prometheus.reload()
    stage.wait_for_alert("SLOErrorBudgetBurn", 1, severity="page", slo_tier="page_fast")
    back = time.time()
    stage.wait_for_data("slo:sli_total:rate30d")
    stage.watch(35, lambda: _windows_hold(stage, started, back - stopped))
    assert _always(stage, back, "page_fast")


def _windows_hold(stage: Stage, started: float, stop: float) -> None:
    """Bad and total of each window against the truth: a stop (in seconds) costs no more than it is long, nor
    do the pauses that a busy machine makes."""
    lost_seconds = max(stop, stage.paused(started))
    for window, minutes, late in (("30m", 30, 3), ("1h", 60, 3), ("6h", 360, 3), ("30d", 43200, 8)):
        length = stage.seconds(minutes)
        for kind, rate in (("total", RATE), ("bad", RATE * BAD)):
            said = stage.value(f"slo:sli_{kind}:rate{window}")
            now = time.time()
            truth = stage.service.events(max(started, now - length), now, "llama", kind)
            lost, slack = lost_seconds * rate, late * rate + 0.02 * truth
            if said is None and stage.value("slogen_up") is None:
                continue  # no rule has run lately
            assert said is not None, window
            assert abs(said * length - truth) <= lost + slack, (window, kind, said * length, truth)


def _always(stage: Stage, since: float, tier: str) -> bool:
    """Whether the page was there at every look."""
    looks = [look for look in stage.prometheus.looks if look.time >= since]
    wanted = {"slo_service": stage.name, "slo_tier": tier}.items()
    return all(any(wanted <= alert["labels"].items() for alert in look.firing) for look in looks)


def target_restarted(stage: Stage) -> None:
    """A process starts again, so its counters fall to zero: no alert, and no event appears or is lost."""
    traffic = HEALTHY | {"errors": 0.0004}
    stage.service.serve(llama=traffic)
    stage.wait_for_data()
    stage.play(10)
    stage.service.crash()
    stage.service.start()
    stage.service.serve(llama=traffic)
    stage.play(6)
    for _ in range(6):
        now, length = time.time(), stage.seconds(15)
        truth = stage.service.events(now - length, now, "llama", "total")
        said = (stage.value("slo:sli_total:rate15m") or 0) * length
        assert abs(said - truth) <= 0.2 * truth, (said, truth)
        stage.play(1)
    assert stage.fired(0) == set()


def idle(stage: Stage) -> None:
    """Nobody asks anything, then the process starts anew and has no series yet: nobody is woken up."""
    stage.service.serve(llama=HEALTHY)
    stage.wait_for_data()
    stage.play(10)
    stage.service.serve()
    stage.play(15)
    assert stage.value("slo:sli_error:ratio_rate5m") is None
    stage.service.crash()
    stage.service.start()
    stage.play(30)
    assert stage.value("slo:sli_total:rate5m") is None
    assert stage.value("slogen_last_seen_timestamp_seconds") is not None
    assert stage.fired(0) == set()


def gone(stage: Stage) -> None:
    """The target is gone: one page about absence, nothing else; over as soon as there is data again."""
    stage.service.serve(llama=HEALTHY)
    stage.wait_for_data()
    stage.play(10)
    stage.service.crash()
    died = time.time()
    page = stage.wait_for_alert("SLODataAbsent", 17, severity="page")
    assert time.time() - died >= stage.seconds(10)
    assert "its targets are down or gone" in page["annotations"]["description"]
    assert "{{" not in str(page["annotations"])
    stage.service.start()
    stage.service.serve(llama=HEALTHY)
    stage.wait_for_end(2, alertname="SLODataAbsent")
    stage.play(5)
    assert stage.fired(0) == {"SLODataAbsent"}


def absent_over_restart(stage: Stage) -> None:
    """Prometheus is killed while it tells that the data is gone: it tells so again at once."""
    stage.service.serve(llama=HEALTHY)
    stage.wait_for_data()
    stage.play(5)
    stage.service.crash()
    stage.wait_for_alert("SLODataAbsent", 17, severity="page")
    stage.prometheus.kill()
    stage.play(2)
    stage.prometheus.start()
    stage.wait_for_alert("SLODataAbsent", 1, severity="page")
    back = time.time()
    stage.play(15)
    assert all(look.firing for look in stage.prometheus.looks if look.time >= back)


def prometheus_stopped(stage: Stage) -> None:
    """Prometheus doesn't run for ten minutes of an outage: a page is back, windows lack ten minutes."""
    stage.service.serve(llama=HEALTHY | {"errors": BAD})
    stage.wait_for_data()  # a Prometheus scrapes for the first time when it has run for five seconds
    started = time.time()
    stage.wait_for_alert("SLOErrorBudgetBurn", 10, severity="page")
    stage.play(max(0, 30 - (time.time() - started) / stage.seconds(1)))
    stopped = time.time()
    stage.prometheus.kill()
    stage.play(STOP)
    stage.prometheus.start()
    stage.wait_for_alert("SLOErrorBudgetBurn", 2, severity="page")
    stage.wait_for_alert("SLOErrorBudgetBurn", 10, severity="page", slo_tier="page_fast")
    back = time.time()
    stage.wait_for_data("slo:sli_total:rate30d")
    stage.watch(35, lambda: _windows_hold(stage, started, back - stopped))
    assert _always(stage, back, "page_fast")


def stopped_after_recovery(stage: Stage) -> None:
    """Prometheus doesn't run for minutes after an outage whose page is over: nobody is paged again."""
    busy = {"rate": 2 * RATE}  # Prometheus scrapes five seconds after its start, which are minutes here
    stage.service.serve(llama=busy)
    stage.wait_for_data()
    stage.play(5)
    stage.service.serve(llama=busy | {"errors": 1})
    stage.wait_for_alert("SLOErrorBudgetBurn", 10, severity="page", slo_tier="page_slow")
    stage.play(3)
    stage.service.serve(llama=busy)
    stage.wait_for_end(10, severity="page")
    stage.prometheus.kill()
    stage.play(SHORT_STOP)
    back = time.time()
    stage.prometheus.start()
    stage.wait_for_data()
    ratio = stage.value("slo:sli_error:ratio_rate30m")
    assert ratio is not None
    assert ratio > 0.006  # else nothing could have come back
    stage.play(6)
    looks = [look for look in stage.prometheus.looks if look.time >= back]
    assert len(looks) > 5
    pages = [
        (round((look.time - back) / stage.seconds(1), 1), each["labels"].get("slo_tier"))
        for look in looks
        for each in look.firing
        if each["labels"]["severity"] == "page"
    ]
    assert not pages, (pages[0], pages[-1])  # minutes after the stop


def all_restarted(stage: Stage) -> None:
    """The service restarts while Prometheus is away for minutes: no event appears, none is taken back."""
    stage.service.serve(llama=HEALTHY | {"errors": BAD})
    stage.wait_for_data()
    started = time.time()
    stage.play(15)
    stopped = time.time()
    stage.prometheus.kill()
    stage.service.crash()
    stage.play(SHORT_STOP)
    stage.service.start()
    stage.service.serve(llama=HEALTHY | {"errors": BAD})
    stage.prometheus.start()
    stage.wait_for_data("slo:sli_total:rate30d")
    back = time.time()

    def check() -> None:
        now = stage.value("slo:sli_bad:rate5m") or 0
        assert 0 <= now <= 1.5 * BAD * RATE, now
        _windows_hold(stage, started, back - stopped)

    stage.watch(20, check)


STORIES = [
    Story("outage", outage, (slo(REQUESTS),)),
    Story("slow", slow, (slo(REQUESTS), slo(TTFT, name="first-token", objective=99))),
    Story("budget", budget, (slo(REQUESTS, objective=99, window="1d"),)),
    Story("rules-stopped", rules_stopped, (slo(REQUESTS),)),
    Story("target-restarted", target_restarted, (slo(REQUESTS, window="1d"),)),
    Story("idle", idle, (slo(REQUESTS),)),
    Story("gone", gone, (slo(REQUESTS),)),
    Story("absent-over-restart", absent_over_restart, (slo(REQUESTS),), alone=True),
    Story("all-restarted", all_restarted, (slo(REQUESTS),), alone=True),
    Story("prometheus-stopped", prometheus_stopped, (slo(REQUESTS),), alone=True),
    Story("stopped-after-recovery", stopped_after_recovery, (slo(REQUESTS),), alone=True),
]
