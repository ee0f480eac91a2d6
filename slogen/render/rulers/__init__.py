"""One module for each engine that evaluates rules."""

from __future__ import annotations

from typing import Final

from slogen.render.rulers import azure, files, gmp, grafana_alerting, operator, thanos, victoriametrics

# What the names of their rule files end with.
ENDINGS: Final = (
    files.ENDING,
    operator.ENDING,
    thanos.ENDING,
    victoriametrics.ENDING,
    gmp.ENDING,
    azure.ENDING,
    grafana_alerting.ENDING,
)
