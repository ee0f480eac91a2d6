"""One budget per group: models that fail, appear and vanish."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..checks import NO_ABSENCE, NO_PAGE, Fires, Silent, Value, remaining
from ..engine import Story
from ..specs import BAD_TOTAL, GOOD_TOTAL, one, slo, spec
from ..traffic import Target, World
from .shop import NAME, serve

GROUPED = BAD_TOTAL + "  by: [model]\n"
GROUPED_GOOD = GOOD_TOTAL + "  by: [model]\n"
TWO = BAD_TOTAL + "  by: [model, region]\n"
A, B = (("model", "a"),), (("model", "b"),)
REMAINING = 'slo:period_error_budget_remaining:ratio{model="%s"}'

Life = tuple[float, float]


def _models(lives: Mapping[str, Life], outages: Mapping[str, Life]) -> Callable[[World], None]:
    """One process per model, with its life and its outage in minutes."""

    def traffic(world: World) -> None:
        targets = {model: Target(world, "shop", model) for model in lives}
        for model, target in targets.items():
            target.count(NAME, 0, code="500", model=model)
        for tick in world.ticks():
            for model, target in targets.items():
                if lives[model][0] <= tick.minute <= lives[model][1]:
                    out = model in outages and tick.within(*outages[model])
                    serve(target, tick, 600, 600 if out else 0, slo=model, model=model)
                    target.scrape(tick)

    return traffic


def _labels_of_one_process(world: World) -> None:
    """One process with all models as labels; model b was never asked before minute 120, and then fails."""
    target = Target(world, "shop")
    for tick in world.ticks():
        serve(target, tick, 300, 0, model="a")
        if tick.minute > 120:
            serve(target, tick, 300, 300, model="b")
        target.scrape(tick)


def _retired_in_process(world: World) -> None:
    """The process restarts at 200 and knows model b no more."""
    target = Target(world, "shop")
    target.count(NAME, 0, code="500", model="b")
    for tick in world.ticks():
        if tick.minute == 200:
            target.restart()
        serve(target, tick, 300, 0, model="a")
        if tick.minute < 200:
            serve(target, tick, 300, 300 if tick.within(100, 101) else 0, slo="b", model="b")
        target.scrape(tick)


EVER = (0.0, 1e9)
STORIES = (
    Story(
        "one model fails, the other is silent",
        one("99.9", sli=GROUPED),
        140,
        _models({"a": EVER, "b": EVER}, {"b": (70, 90)}),
        (Fires((71, 73), over=100, runs=1, severity="page", labels=B), Silent(labels=A), Silent(end=70)),
    ),
    Story(
        "good/total: one model never succeeds again",
        one("99.9", sli=GROUPED_GOOD),
        100,
        _models({"a": EVER, "b": EVER}, {"b": (70, 900)}),
        (Fires((71, 73), runs=1, severity="page", labels=B), Silent(labels=A)),
    ),
    Story(
        "a model appears and is healthy",
        one("99.9", sli=GROUPED),
        240,
        _models({"a": EVER, "b": (120, 1e9)}, {}),
        (Silent(), Value(REMAINING % "b", 200, 1)),
    ),
    Story(
        "a model appears and fails",
        one("99.9", sli=GROUPED),
        150,
        _labels_of_one_process,
        (Fires((121, 124), severity="page", labels=B), Silent(labels=A)),
    ),
    Story(
        "a model is retired: no absence, its budget stays",
        one("99", sli=GROUPED),
        420,
        _models({"a": EVER, "b": (0, 200)}, {"b": (100, 101)}),
        (
            NO_ABSENCE,
            NO_PAGE,
            # 1 bad minute of 200: 0.5 % burn half of the budget, for ever.
            remaining(REMAINING % "b", 240, 30, lambda _: 0.5, 0.15),
            remaining(REMAINING % "b", 400, 30, lambda _: 0.5, 0.15),
            Value(REMAINING % "a", 400, 1),
            Silent(labels=A),
        ),
    ),
    Story(
        "a model is gone after a restart of the process",
        one("99", sli=GROUPED),
        420,
        _retired_in_process,
        (NO_ABSENCE, NO_PAGE, Silent(labels=A), remaining(REMAINING % "b", 400, 30, lambda _: 0.5, 0.15)),
    ),
    Story(
        "a failing model is taken out of service: its page ends",
        one("99.9", sli=GROUPED),
        160,
        _models({"a": EVER, "b": (0, 90)}, {"b": (70, 90)}),
        (Fires((71, 73), over=126, runs=1, severity="page", labels=B), NO_ABSENCE, Silent(labels=A)),
    ),
    Story(
        "all models vanish: one absence, not one per model",
        one("99.9", sli=GROUPED),
        200,
        _models({"a": (0, 120), "b": (0, 120)}, {}),
        (Fires((130, 136), severity="page", alert="SLODataAbsent"), Silent(labels=A), Silent(labels=B)),
    ),
    Story(
        "two SLOs of one service, the grouped one fails",
        spec(slo("99.9", sli=GROUPED, name="per-model"), slo("99", "7d", name="overall")),
        200,
        _models({"a": EVER, "b": EVER}, {"b": (120, 140)}),
        (
            Fires((121, 123), severity="page", labels=(("slo", "per-model"), ("model", "b"))),
            Silent(labels=(("slo", "per-model"), ("model", "a"))),
            Value('slo:period_error_budget_remaining:ratio{slo="per-model",model="a"}', 190, 1),
            Value('slo:sli_error:ratio_rate7d{slo="overall"}', 190, 10 / 190, 0.003),
            remaining(
                'slo:period_error_budget_remaining:ratio{slo="overall"}',
                190,
                7,
                lambda _: 100 * 10 / 190,
                0.3,
            ),
        ),
    ),
)
