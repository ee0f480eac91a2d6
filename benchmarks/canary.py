"""How often the gate's comparison of a canary is wrong: invented traffic whose truth is known.

A world has so many requests a second, so many errors in the stable version, and a way in which they come:
each on its own, or in bursts (a tenth of the minutes has 24 times the errors of the others) that strike each
version alone or both at once, for a minute or for five. In it the canary has as many errors, or 3, 10, 100
times as many. No server, no clock, and the same numbers each time.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import exp
from random import Random

from benchmarks.measure import table
from slogen.live.gate.canary import HISTORY, Terms, Watched, compare
from slogen.live.gate.spread import Minute
from slogen.live.gate.verdict import Verdict
from slogen.rules.gate import WORSE as QUERY

BUDGET = 0.001
MINUTES = 30
SHARE = 0.1  # of the traffic goes to the canary
WORSE = (1, 3, 10, 100)
NONE, OWN, SHARED, LONG, LONG_SHARED = "none", "own", "shared", "own, 5m", "shared, 5m"
BURSTS = (NONE, OWN, SHARED, LONG, LONG_SHARED)


@dataclass(frozen=True)
class World:
    """`rate` are the canary's requests a second, `errors` the stable version's share of bad ones."""

    rate: float
    errors: float
    bursts: str


WORLDS = tuple(World(rate, errors, how) for how, rate, errors in product(BURSTS, (1, 10, 100), (2e-4, 1e-3)))


def watched(world: World, worse: float, random: Random, minutes: int = MINUTES) -> Watched:
    """One canary that has `worse` times the errors."""
    length = 5 if world.bursts in (LONG, LONG_SHARED) else 1
    calm = world.bursts == NONE
    stable_bursts = _bursts(HISTORY + minutes, length, random, calm)
    own = _bursts(minutes, length, random, calm)
    bursts = stable_bursts[HISTORY:] if world.bursts in (SHARED, LONG_SHARED) else own
    others = world.rate * (1 - SHARE) / SHARE
    stable = [_minute(others, world.errors * burst, random) for burst in stable_bursts]
    canary = [_minute(world.rate, worse * world.errors * burst, random) for burst in bursts]
    return Watched(tuple(canary), tuple(stable[HISTORY:]), tuple(stable[:HISTORY]))


def _bursts(minutes: int, length: int, random: Random, calm: bool) -> list[float]:
    """A factor for each minute, 1 in the mean."""
    if calm:
        return [1.0] * minutes
    start = random.randrange(length)
    blocks = [7.3 if random.random() < 0.1 else 0.3 for _ in range(minutes // length + 2)]
    return [blocks[(minute + start) // length] for minute in range(minutes)]


def _minute(rate: float, errors: float, random: Random) -> Minute:
    total = _poisson(rate * 60, random)
    return Minute(total, min(total, _poisson(total * errors, random)))


def _poisson(mean: float, random: Random) -> int:
    if mean > 60:
        return max(0, round(random.gauss(mean, mean**0.5)))
    count, product_, limit = 0, random.random(), exp(-mean)
    while product_ > limit:
        count, product_ = count + 1, product_ * random.random()
    return count


def shares(world: World, worse: float, times: int, seed: int = 1) -> dict[Verdict, float]:
    """How often the gate says what, of so many canaries."""
    random, terms = Random(f"{seed} {world} {worse}"), Terms(BUDGET, MINUTES)
    found = Counter(compare(watched(world, worse, random), terms).verdict for _ in range(times))
    return {verdict: found[verdict] / times for verdict in Verdict}


def ever_blocked(world: World, times: int, minutes: int, every: int, seed: int = 1) -> float:
    """How often a healthy canary is blocked once or more, if the gate is asked again and again about the
    last 30 minutes of `minutes`."""
    random = Random(f"{seed} again {world}")
    return sum(any(_again(watched(world, 1, random, minutes), every)) for _ in range(times)) / times


def _again(seen: Watched, every: int) -> Iterator[bool]:
    for end in range(MINUTES, len(seen.canary) + 1, every):
        start = end - MINUTES
        before = (*seen.before, *seen.stable[:start])[-HISTORY:]
        part = Watched(seen.canary[start:end], seen.stable[start:end], before, start > 0)
        yield compare(part, Terms(BUDGET, MINUTES)).verdict is Verdict.BLOCKED


def failed_by_query(world: World, worse: float, times: int, seed: int = 1) -> float:
    """How often the query that controllers ask is against a canary in two of three windows of ten minutes."""
    random = Random(f"{seed} query {world} {worse}")
    canaries = (watched(world, worse, random) for _ in range(times))
    return sum(sum(_worse(seen, end) for end in (10, 20, 30)) > 1 for seen in canaries) / times


def _worse(seen: Watched, end: int) -> bool:
    """As slogen.rules.gate says it in PromQL."""
    new, old = seen.canary[end - QUERY.window // 60 : end], seen.stable[end - QUERY.window // 60 : end]
    total, old_total = (sum(minute.total for minute in each) for each in (new, old))
    bad, old_bad = (sum(minute.bad for minute in each) for each in (new, old))
    if min(total, old_total) * 10 * BUDGET < 8:
        return False
    differs = 2 * ((bad / total) ** 0.5 - (old_bad / old_total) ** 0.5)
    is_sure = differs / (1 / total + 1 / old_total) ** 0.5 > QUERY.sigmas
    return is_sure and bad > QUERY.times * BUDGET * total + QUERY.beyond


def run() -> None:
    """Print the tables."""
    times = 300
    rows = []
    for world in WORLDS:
        found = [shares(world, worse, times) for worse in WORSE]
        print(".", end="", flush=True, file=sys.stderr)
        cells = [f"{100 * each[Verdict.BLOCKED]:.1f}" for each in found]
        rows.append((world.bursts, world.rate, f"{world.errors:.2%}", *cells, _percent(found[0])))
    head = ("bursts", "requests/s", "stable", *(f"x{each} blocked %" for each in WORSE), "x1 cannot tell %")
    table(f"canary: {times} of each, {MINUTES} minutes, objective {1 - BUDGET:.1%}", head, rows)
    again = [
        (w.bursts, w.rate, f"{w.errors:.2%}", f"{100 * ever_blocked(w, 100, 120, 5):.0f}")
        for w in WORLDS
        if w.errors == BUDGET
    ]
    head = ("bursts", "requests/s", "stable", *(f"x{each} failed %" for each in WORSE))
    queries = [
        (w.bursts, w.rate, f"{w.errors:.2%}", *(f"{100 * failed_by_query(w, x, times):.1f}" for x in WORSE))
        for w in WORLDS
    ]
    table("canary, by the query of controllers: two of three windows of 10 minutes", head, queries)
    title = "canary, healthy: asked every 5 minutes about the last 30 of 2 hours"
    table(title, ("bursts", "requests/s", "stable", "ever blocked %"), again)


def _percent(found: dict[Verdict, float]) -> str:
    return f"{100 * found[Verdict.UNKNOWN]:.1f}"
