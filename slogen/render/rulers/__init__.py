"""One module for each engine that evaluates rules."""

from __future__ import annotations

from typing import Final

from slogen.render.rulers import operator, prometheus

# What the names of their rule files end with.
ENDINGS: Final = (prometheus.ENDING, operator.ENDING)
