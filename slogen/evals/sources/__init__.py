"""Formats of results files: one module each, told apart by their content."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from slogen.evals.sources import (
    deepeval,
    inspect_ai,
    junit,
    langsmith_rows,
    lm_eval,
    openai_evals,
    otel,
    plain,
    promptfoo,
    promptfoo_csv,
    ragas,
    rows,
    weave_summary,
)
from slogen.evals.sources.source import Source

# In the order in which they are tried; what is taken for plain could be anything else.
SOURCES: Final[Mapping[str, Source]] = MappingProxyType(
    {
        source.name: source
        for source in (
            promptfoo.SOURCE,
            promptfoo_csv.SOURCE,
            deepeval.SOURCE,
            lm_eval.SOURCE,
            inspect_ai.SOURCE,
            openai_evals.SOURCE,
            otel.SOURCE,
            langsmith_rows.SOURCE,
            weave_summary.SOURCE,
            junit.SOURCE,
            ragas.SOURCE,
            rows.SOURCE,
            plain.SOURCE,
        )
    }
)
