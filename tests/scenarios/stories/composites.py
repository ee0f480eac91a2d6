"""Several SLOs as one. The truth is made here: each minute's error ratios of the parts, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..checks import NO_PAGE, Silent, Value, page, remaining
from ..engine import Story
from ..specs import HEAD, slo, spec
from ..traffic import Target, Tick, World
from .shop import NAME, serve

Shares = Mapping[str, Callable[[Tick], float | None]]  # what fails, by job; None: the target is gone
WHOLE = '{slo_id="shop/journey"}'
RATIO, RATIO_1H = f"slo:sli_error:ratio_rate5m{WHOLE}", f"slo:sli_error:ratio_rate1h{WHOLE}"
LEFT = f"slo:period_error_budget_remaining:ratio{WHOLE}"
JOURNEY = (("slo", "journey"),)
FAST = {"slo": "journey", "slo_tier": "page_fast"}


def _part(job: str, objective: str = "99", by: str = "") -> str:
    labels = f'job="{job}"'
    sli = f'events:\n  bad: {NAME}{{{labels},code=~"5.."}}\n  total: {NAME}{{{labels}}}\n{by}'
    return slo(objective, sli=sli, name=job)


def _journey(of: str, objective: str = "99", mode: str = "weighted", by: str = "") -> str:
    return slo(objective, sli=f"composite:\n  of: [{of}]\n  mode: {mode}\n{by}", name="journey")


BOTH = "{slo: shop/cart, weight: 2}, {slo: shop/pay}"
PLAIN = "{slo: shop/cart}, {slo: shop/pay}"
WEIGHTED = spec(_journey(BOTH), _part("cart"), _part("pay"))
WORST = spec(_journey(PLAIN, mode="worst"), _part("cart", "99.9"), _part("pay", "95"))
APART = (
    spec(_journey("{slo: zone/cart, weight: 2}, {slo: shop/pay}"), _part("pay"))
    + "---\n"
    + HEAD.replace("shop", "zone")
    + _part("cart")
)


def _traffic(shares: Shares, rates: Mapping[str, float] | None = None) -> Callable[[World], None]:
    """One target for each part, with so many requests a minute (600)."""

    def traffic(world: World) -> None:
        targets = {job: Target(world, job) for job in shares}
        for tick in world.ticks():
            for job, share in shares.items():
                failing = share(tick)
                total = (rates or {}).get(job, 600) if failing is not None else 0
                targets[job].up = failing is not None
                serve(targets[job], tick, total, total * (failing or 0), slo=job)
                targets[job].scrape(tick)

    return traffic


def _fails(*stretches: tuple[float, float, float | None]) -> Callable[[Tick], float | None]:
    """What fails in stretches of (from, to, share); nothing else does."""
    return lambda tick: next((share for a, b, share in stretches if tick.within(a, b)), 0.0)


def _mean(world: World, weights: Mapping[str, float], first: float, last: float) -> float:
    """The weighted error ratio of each minute from the true events, averaged over the minutes with any."""
    found = []
    for minute in range(int(first) + 1, int(last) + 1):
        events = {job: world.truth(minute, 1, job) for job in weights}
        ratios = {job: bad / total for job, (total, bad) in events.items() if total}
        if ratios:
            whole = sum(weights[job] for job in ratios)
            found.append(sum(weights[job] * ratio for job, ratio in ratios.items()) / whole)
    return sum(found) / len(found)


WEIGHTS = {"cart": 2.0, "pay": 1.0}
LEAKS = {"cart": _fails((60, 120, 0.1)), "pay": _fails((90, 150, 0.2))}


def _burn(minute: float, part: str, want: float | None) -> Value:
    expr = f'slo:component_burn_rate:ratio{{slo_id="shop/journey",slo_component="{part}"}}'
    return Value(expr, minute, want, 0.01)


STORIES: tuple[Story, ...] = (
    Story(
        "a weighted composite of two leaks",
        WEIGHTED,
        240,
        _traffic(LEAKS),
        (
            Value(RATIO, 80, 0.1 * 2 / 3, 1e-4),
            Value(RATIO, 110, (0.1 * 2 + 0.2) / 3, 1e-4),
            Value(RATIO_1H, 125, lambda world: _mean(world, WEIGHTS, 65, 125), 0.003),
            remaining(LEFT, 240, 30, lambda world: _mean(world, WEIGHTS, 0, 240) / 0.01, 0.1),
            _burn(110, "shop/cart", 0.2 / 3 / 0.01),
            _burn(110, "shop/pay", 0.2 / 3 / 0.01),
        ),
    ),
    Story(
        "a busy part weighs no more than a quiet one",
        WEIGHTED,
        120,
        _traffic(LEAKS, {"cart": 60_000, "pay": 60}),
        (
            Value(RATIO, 80, 0.1 * 2 / 3, 1e-4),
            Value(RATIO_1H, 115, lambda world: _mean(world, WEIGHTS, 55, 115), 0.003),
        ),
    ),
    Story(
        "a total outage of one part pages for the composite",
        WEIGHTED,
        150,
        _traffic({"cart": _fails((60, 100, 1.0)), "pay": _fails()}),
        (
            # 14.4 % within the hour, of which the part is two thirds: 13 min
            page(71, 75, over=112, runs=1, **FAST),
            Silent("page", labels=tuple(FAST.items()), end=70),
            Value(RATIO, 90, 2 / 3, 1e-4),
        ),
    ),
    # cart 99.9 %: 1 % of errors is 10 times its budget. pay 95 %: 30 % is 6 times its budget.
    Story(
        "the worst part by its own budget, not by its errors",
        WORST,
        150,
        _traffic({"cart": _fails((30, 150, 0.01)), "pay": _fails((60, 150, 0.3))}),
        (
            Value(RATIO, 50, 10 * 0.01, 1e-4),
            Value(RATIO, 100, 10 * 0.01, 1e-4),
            _burn(100, "shop/cart", 10),
            _burn(100, "shop/pay", 6),
        ),
    ),
    Story(
        "worst: a part within its budget never pages",
        WORST,
        420,
        _traffic({"cart": _fails(), "pay": _fails((10, 420, 0.045))}),
        (NO_PAGE, Value(RATIO, 60, 0.9 * 0.01, 1e-4)),
    ),
    Story(
        "a part that is gone drops out, and its weight with it",
        WEIGHTED,
        150,
        _traffic({"cart": _fails((90, 150, 0.2)), "pay": _fails((60, 150, None))}),
        (
            Value(RATIO, 50, 0),
            Value(RATIO, 120, 0.2, 1e-4),
            _burn(120, "shop/pay", None),
            Silent(alert="SLODataAbsent", labels=JOURNEY),
        ),
    ),
    Story(
        "a part without traffic drops out",
        WEIGHTED,
        150,
        _traffic({"cart": _fails((90, 150, 0.2)), "pay": _fails()}, {"cart": 600, "pay": 0}),
        (Value(RATIO, 60, 0, 1e-9), Value(RATIO, 120, 0.2, 1e-4)),
    ),
    Story(
        "without any part there is no ratio and no alert of the composite",
        WEIGHTED,
        150,
        _traffic({"cart": _fails((60, 150, None)), "pay": _fails((60, 150, None))}),
        (Value(RATIO, 50, 0), Value(RATIO, 90, None), Silent(labels=JOURNEY)),
    ),
    Story(
        "a part of another service, whose rules run first",
        APART,
        150,
        _traffic({"cart": _fails((60, 100, 1.0)), "pay": _fails()}),
        (
            page(71, 75, over=112, runs=1, **FAST),
            # the first failures of a new series count whole: two of five minutes
            Value(RATIO, 62, 2 / 5 * 2 / 3, 1e-4),
            Value(RATIO, 90, 2 / 3, 1e-4),
        ),
        order=("zone:page", "shop:page", "budget"),
    ),
    Story(
        "a part of another service, whose rules run last: one evaluation later",
        APART,
        150,
        _traffic({"cart": _fails((60, 100, 1.0)), "pay": _fails()}),
        (
            page(72, 76, over=113, runs=1, **FAST),
            Value(RATIO, 61, 0),
            Value(RATIO, 62, 1 / 5 * 2 / 3, 1e-4),
            Value(RATIO, 63, 2 / 5 * 2 / 3, 1e-4),
            Value(RATIO, 90, 2 / 3, 1e-4),
        ),
        order=("shop:page", "zone:page", "budget"),
    ),
)


def _two_models(world: World) -> None:
    """Both parts serve two models; one model of one part fails."""
    targets = {job: Target(world, job) for job in ("cart", "pay")}
    for tick in world.ticks():
        for job, target in targets.items():
            for model in ("a", "b"):
                fails = job == "cart" and model == "a" and tick.within(60, 100)
                serve(target, tick, 600, 600 if fails else 0, model=model)
            target.scrape(tick)


BY = "  by: [model]\n"
STORIES += (
    Story(
        "a composite by group pages for the group alone",
        spec(_journey(BOTH, by=BY), _part("cart", by=BY), _part("pay", by=BY)),
        150,
        _two_models,
        (
            page(71, 75, over=112, runs=1, **FAST, model="a"),
            Silent(labels=(("model", "b"),)),
            Value(RATIO.replace("}", ',model="a"}'), 90, 2 / 3, 1e-4),
            Value(RATIO.replace("}", ',model="b"}'), 90, 0),
        ),
    ),
    Story(
        "a composite without groups sums up those of its parts",
        spec(_journey(BOTH), _part("cart", by=BY), _part("pay", by=BY)),
        150,
        _two_models,
        (Value(RATIO, 90, 1 / 3, 1e-4), Silent(labels=(*JOURNEY, ("model", "a")))),
    ),
)
