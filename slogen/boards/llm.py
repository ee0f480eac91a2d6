"""What a language model's server tells about itself: first token, tokens per second, queue, cache, endings.

Which panels those are stands in the families' data files; a family shows up where an SLI reads its metrics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from slogen.boards.common import raw_matchers
from slogen.emitted.panels import Kind, Panel, Query, Row
from slogen.load.family import BoardRow, Family, fill
from slogen.load.presets import families_with_board
from slogen.model.slo import Service
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Selector
from slogen.settings import Settings

_SUFFIX: Final = re.compile(r"_(?:bucket|count|sum)$")
_TARGET_LABELS: Final = frozenset(
    ("job", "instance", "namespace", "cluster", "pod")
)  # on whatever is scraped
# Of each of these words the first histogram of a family, with the words that people say.
_LATENCIES: Final = (
    (r"first_token|ttft", "Time to first token"),
    (r"inter_token|time_per_output_token", "Time between tokens"),
    (r"queue", "Time in the queue"),
)
_QUANTILES: Final = ("0.5", "0.95", "0.99")
_RATE: Final = "[$__rate_interval]"


def llm_rows(service: Service, settings: Settings) -> list[Row]:
    """One row for each family whose metrics the service's SLIs read."""
    rows: dict[str, Row] = {}
    for selector in _selectors(service):
        found = _family_and_prefix(_SUFFIX.sub("", selector.metric), selector.metric)
        if found is None or found[0].name in rows:
            continue
        family, prefix = found
        matchers = (*_shared(selector, family, prefix), *raw_matchers(settings))
        values = {"prefix": prefix, "selector": ",".join(map(str, matchers))}
        panels = (*_latencies(family, values), *(_panel(row, values) for row in family.board))
        rows[family.name] = Row(f"llm-{family.name}", f"{family.system} itself", panels, collapsed=True)
    return list(rows.values())


def _selectors(service: Service) -> Iterator[Selector]:
    for slo in service.slos:
        for text in slo.sli.metrics():
            try:
                yield parse_selector(text)
            except PromqlError:
                continue


def _family_and_prefix(*names: str) -> tuple[Family, str] | None:
    """The family that knows one of the names, and how its names begin.

    Only where the name begins as the board's do: `http_requests_total` is told by many systems.
    """
    for family, prefix in _by_stem().get(_stem(names[-1]), ()):
        if any(family.metric(name, prefix) for name in names):
            return family, prefix
    return None


@cache
def _by_stem() -> dict[str, list[tuple[Family, str]]]:
    """Families that have a board, by the first word of the metrics that it shows."""
    found: dict[str, list[tuple[Family, str]]] = {}
    for family in families_with_board():
        for prefix in family.prefixes:
            texts = [fill(row.expr, {"prefix": prefix, "selector": ""}) for row in family.board]
            for word in {word for text in texts for word in re.findall(r"\b([a-z]+)[:_]", text)}:
                found.setdefault(word, []).append((family, prefix))
    return found


def _stem(metric: str) -> str:
    """The first word of a metric's name."""
    return re.split(r"[:_]", metric, maxsplit=1)[0]


def _shared(selector: Selector, family: Family, prefix: str) -> list[object]:
    """The matchers that hold for every metric of the server: on the target, or on a label that all have."""
    own = (m for m in family.metrics if _stem(fill(m.name, {"prefix": prefix})) == _stem(selector.metric))
    everywhere = frozenset.intersection(*(frozenset(metric.labels) for metric in own))
    return [m for m in selector.matchers if m.name in _TARGET_LABELS | everywhere]


def _latencies(family: Family, values: dict[str, str]) -> Iterator[Panel]:
    """Quantiles of the histograms that users feel."""
    for words, title in _LATENCIES:
        named = (m for m in family.metrics if m.type == "histogram" and re.search(words, m.name))
        metric = next(named, None)
        if metric is None:
            continue
        selected = fill(f"{metric.name}_bucket{{${{selector}}}}", values)
        yield Panel(
            re.sub(r"\W+", "-", title.lower()),
            Kind.LINES,
            title,
            f"Quantiles of {fill(metric.name, values)}.",
            tuple(
                Query(
                    f"histogram_quantile({q}, sum by (le) (rate({selected}{_RATE})))",
                    f"p{q[2:].ljust(2, '0')}",
                )
                for q in _QUANTILES
            ),
            {"seconds": "s", "milliseconds": "ms"}.get(metric.unit, ""),
            width=8,
            height=8,
            empty="no traffic",
        )


def _panel(row: BoardRow, values: dict[str, str]) -> Panel:
    expr = fill(row.expr, values).replace("{}", "")
    if " / " in expr:
        expr = f"({expr}) >= 0"  # 0/0 is no number
    return Panel(
        re.sub(r"\W+", "-", row.title.lower()),
        Kind.LINES,
        row.title,
        row.help or f"{row.title}, as the server counts it.",
        (Query(expr, f"{{{{{row.legend}}}}}" if row.legend else ""),),
        row.unit,
        width=8,
        height=8,
    )
