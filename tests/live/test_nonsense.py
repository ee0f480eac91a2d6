"""Whatever a server answers, there is a verdict or a fault: no traceback, and never "fine"."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.live.answers import Matrix, NoAnswerError, Vector, matrix_of, vector_of

from .conftest import AT
from .fake import Asked, Said, serving, success
from .fleet import Recorded

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(["vector", "matrix", "scalar", "string", None])
SERIES = st.fixed_dictionaries(
    {}, optional={"metric": ANYTHING, "value": ANYTHING, "values": ANYTHING, "histogram": ANYTHING}
)


@pytest.mark.parametrize(("read", "kind"), [(vector_of, Vector), (matrix_of, Matrix)])
@given(
    body=st.fixed_dictionaries(
        {
            "data": st.fixed_dictionaries({"resultType": KINDS, "result": st.lists(SERIES) | ANYTHING})
            | ANYTHING
        },
        optional={"warnings": ANYTHING},
    )
)
def test_an_answer_is_read_or_is_none(read, kind, body):
    with suppress(NoAnswerError):
        assert isinstance(read(body), kind)


VALUES = ("NaN", "+Inf", "-Inf", "1e300", "-1e300", "0")
LABELS = {"slo_id": "a/b", "slo_service": "a", "slo": "b"}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    ("command", "form"),
    [("status", "text"), ("status", "json"), ("status", "html"), ("gate", "text"), ("gate", "json")],
)
def test_every_value_may_be_any_number(run, command, form, value):
    slo = Recorded("a/b", firing=({"severity": "page"},), last_seen=5, excluded=True)
    names = {labels["__name__"] for labels, _ in slo.samples(AT)} - {"slo:error_budget:ratio"}
    for name in sorted(names):
        result = [
            {"metric": dict(labels), "value": [AT, value if labels["__name__"] == name else str(real)]}
            for labels, real in slo.samples(AT)
        ]

        def answers(asked: Asked, result: Any = result) -> Said:
            if asked.path.endswith("/query_range"):
                return success({"resultType": "matrix", "result": []})
            return success({"resultType": "vector", "result": result})

        with serving(answers) as fake:
            done = run(command, "--url", fake.url, "--at", AT, "--format", form, "--retries", 0)
        assert done.exit_code in (0, 1, 5), (name, done.output, done.exception)
        assert form != "json" or json.loads(done.stdout)
