"""Family files as data: placeholders, names of metrics, and what may have been meant."""

import pytest

from slogen.load.family import fill
from slogen.load.presets import family, names, near_preset, preset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m{${a}}", "m"),
        ("m{${b}}", 'm{x="1"}'),
        ('m{y="2",${a}}', 'm{y="2"}'),
        ('m{y="2", ${b}}', 'm{y="2", x="1"}'),
        ('{"m",${a}}', '{"m"}'),
        ("${a}m + ${b}", 'm + x="1"'),
        ("sum ${a}(m)", "sum (m)"),
        ("$a {b} $", "$a {b} $"),
    ],
)
def test_placeholders(text, expected):
    assert fill(text, {"a": "", "b": 'x="1"'}) == expected


def test_values_are_no_placeholders():
    assert fill("m{${a}}", {"a": 'x="${b}"', "b": "no"}) == 'm{x="${b}"}'
    with pytest.raises(KeyError):
        fill("${c}", {})


def test_what_there_is():
    assert {"vllm", "istio", "otel"} <= set(names())
    assert "policies" not in names()
    assert preset("vllm/ttft").name == "vllm/ttft"
    assert [preset(name) for name in ("vllm/x", "x/ttft", "vllm", "", "../load/vllm/ttft")] == [None] * 5
    assert [family(name) for name in ("", ".", "policies", "policies/default", "../presets/vllm")] == [
        None
    ] * 5


def test_a_preset_has_the_parameters_that_it_uses():
    assert list(preset("vllm/completion").parameters) == ["selector", "prefix"]
    assert list(preset("vllm/http-availability").parameters) == ["selector", "handlers"]
    assert preset("vllm/http-availability").parameters["selector"].default is None
    assert preset("vllm/http-availability").parameters["selector"].type == "selector"
    assert preset("otel/http-latency").example == {"selector": 'job="checkout"'}


def test_facts_are_those_of_all_choices():
    found, itl, http = family("vllm"), preset("vllm/itl"), preset("otel/http-availability")
    assert itl is not None
    assert http is not None
    facts = [fact.name for fact in found.facts(itl)]
    assert facts == ["${prefix}inter_token_latency_seconds", "${prefix}time_per_output_token_seconds"]
    names = [fact.name for fact in family("otel").facts(http)]
    assert len(names) == 4


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("vllm/tttf", "did you mean `vllm/ttft`?"),
        ("vlm/ttft", "did you mean `vllm/ttft`?"),
        ("traefik/x", "the family has `traefik/availability`, `traefik/latency`"),
        ("nothing/like/it", ""),
    ],
)
def test_what_may_be_meant(name, hint):
    assert near_preset(name) == hint
