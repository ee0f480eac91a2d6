"""Bad (or good) events that are no part of the total: where all are bad, nothing is left to divide by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from slogen.promql.selector import Selector
from slogen.promql.solve import is_readable, solve

_FAILED: Final = re.compile(r"abort|denied|drop|error|fail|reject|rollback")
_DONE: Final = re.compile(r"(?<![a-z])(xact_commit|ok|pass(ed)?|succeeded|success(es|ful)?)(?![a-z])")
# What has begun is a total, though another value of the same label says how it ended.
_BEGUN: Final = re.compile(
    r"(?<![a-z])(all$|total$|any$|attempt|begin|begun|creat|enqueue|request|receiv|schedul|start|submit|sent)",
    re.IGNORECASE,
)


def is_outside(counted: Sequence[Selector], total: Sequence[Selector]) -> bool:
    """Whether no series of the one side can be one of the other: all are of one metric, and their matchers
    exclude each other. Buckets count those below them, too."""
    pairs = list(product(counted, total))
    return bool(pairs) and all(one.metric == other.metric and _excludes(one, other) for one, other in pairs)


def _excludes(one: Selector, total: Selector) -> bool:
    if not (is_readable(one) and is_readable(total)) or solve([one, total]) is not None:
        return False
    apart = (matcher for matcher in total.matchers if matcher not in one.matchers)
    named = [matcher.value for matcher in apart if matcher.op in ("=", "=~")]
    has_buckets = one.only("le") or total.only("le")
    return not has_buckets and not any(map(_BEGUN.search, named)) and bool(solve([one]) and solve([total]))


def sounds_outside(bad: Sequence[Selector], total: Sequence[Selector]) -> bool:
    """Whether the one side is named for failures, and the other for successes alone."""
    done = [selector.metric for selector in total]
    failed = any(_FAILED.search(selector.metric) for selector in bad)
    return failed and any(map(_DONE.search, done)) and not any(map(_FAILED.search, done))
