"""The histogram of a spec: a selector without suffix and without `le`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.promql.parse import PromqlError, check_version, parse_selector
from slogen.promql.selector import Selector
from slogen.settings import Settings


def read_histogram(
    config: Mapping[str, Any], origin: Origin, settings: Settings, problems: list[Problem]
) -> Selector | None:
    """The selector of `histogram`; None where it can't be one, with the problems."""
    here = origin.at("histogram")
    try:
        selector = parse_selector(config["histogram"])
        check_version([selector], settings.prometheus.min_version)
    except PromqlError as error:
        problems.append(here.problem("promql", f"`histogram`: {error}", error.hint))
        return None
    for suffix in ("_bucket", "_count", "_sum"):
        if selector.metric.endswith(suffix):
            hint = f"write `{selector.metric.removesuffix(suffix)}`; slogen adds the suffixes"
            message = f"`histogram` names the series `{selector.metric}`, not the histogram"
            problems.append(here.problem("histogram-suffix", message, hint))
            return None
    if selector.only("le"):
        problems.append(here.problem("histogram-le", "`histogram` selects on `le`", "use `threshold`"))
        return None
    return selector
