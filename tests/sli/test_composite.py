"""Composites: golden expressions, judged by promtool."""

from textwrap import dedent

import pytest

PARTS = [
    {
        "name": "cart",
        "sli": {"events": {"bad": 'e{job="a"}', "total": 't{job="a"}', "by": ["model", "zone"]}},
    },
    {
        "name": "pay",
        "objective": 95,
        "sli": {"events": {"bad": 'f{job="b"}', "total": 'u{job="b"}', "by": ["model"]}},
    },
]
BAD, TOTAL = "slo:sli_bad:rate5m", "slo:sli_total:rate5m"
BURN = "slo:component_burn_rate:ratio"


def whole(of=({"slo": "shop/cart", "weight": 2}, {"slo": "shop/pay"}), objective=99, **config):
    return {"name": "whole", "objective": objective, "sli": {"composite": {"of": list(of), **config}}}


def of_whole(rules):
    [rule] = [rule for rule in rules if rule.labels["slo"] == "whole"]
    return rule.expr


@pytest.fixture(scope="module")
def recorded(compiled, rules_of, judge):
    def find(slo):
        result = compiled(slo, *PARTS)
        judge([result])
        return [of_whole(rules_of(result, name)) for name in (BURN, TOTAL, BAD)]

    return find


def test_weighted(recorded):
    burn, total, bad = recorded(whole(by=["model"]))
    assert burn == dedent("""\
        (
          label_replace(
            2 * clamp_min(sum by (model) (slo:sli_bad:rate5m{slo_id="shop/cart"}), 0)
            / (sum by (model) (slo:sli_total:rate5m{slo_id="shop/cart"}) > 0),
            "slo_component", "shop/cart", "", ""
          )
          or
          label_replace(
            1 * clamp_min(sum by (model) (slo:sli_bad:rate5m{slo_id="shop/pay"}), 0)
            / (sum by (model) (slo:sli_total:rate5m{slo_id="shop/pay"}) > 0),
            "slo_component", "shop/pay", "", ""
          )
        )
        / on (model) group_left ()
        (
          sum by (model) (
            label_replace(
              2 * (sum by (model) (slo:sli_total:rate5m{slo_id="shop/cart"}) > bool 0),
              "slo_component", "shop/cart", "", ""
            )
            or
            label_replace(
              1 * (sum by (model) (slo:sli_total:rate5m{slo_id="shop/pay"}) > bool 0),
              "slo_component", "shop/pay", "", ""
            )
          ) * 0.01
        )""")
    assert total == f'0 * sum by (model) ({BURN}{{slo_id="shop/whole"}}) + 1'
    assert bad == f'clamp_max(0.01 * sum by (model) ({BURN}{{slo_id="shop/whole"}}), 1)'


def test_worst(recorded):
    parts = [{"slo": "shop/cart"}, {"slo": "shop/pay"}]
    burn, total, bad = recorded(whole(of=parts, mode="worst"))
    assert burn == dedent("""\
        label_replace(
          clamp_min(sum(slo:sli_bad:rate5m{slo_id="shop/cart"}), 0)
          / (sum(slo:sli_total:rate5m{slo_id="shop/cart"}) > 0) / 0.001,
          "slo_component", "shop/cart", "", ""
        )
        or
        label_replace(
          clamp_min(sum(slo:sli_bad:rate5m{slo_id="shop/pay"}), 0)
          / (sum(slo:sli_total:rate5m{slo_id="shop/pay"}) > 0) / 0.05,
          "slo_component", "shop/pay", "", ""
        )""")
    assert total == f'0 * max({BURN}{{slo_id="shop/whole"}}) + 1'
    assert bad == f'clamp_max(0.01 * max({BURN}{{slo_id="shop/whole"}}), 1)'


def test_no_more_is_lost_than_all(compiled, rules_of):
    parts = [{"slo": "shop/cart"}, {"slo": "shop/pay"}]
    bad = rules_of(compiled(whole(of=parts, mode="worst"), *PARTS), "slo:sli_bad:rate5m")
    assert of_whole(bad) == f'clamp_max(0.01 * max({BURN}{{slo_id="shop/whole"}}), 1)'


def test_weights_are_exact(recorded):
    parts = [{"slo": "shop/cart", "weight": 0.1}, {"slo": "shop/pay", "weight": 0.3}]
    assert "\n    0.1 * clamp_min(sum(" in recorded(whole(of=parts))[0]


def test_identity_labels_are_those_of_the_parts(compiled, rules_of, judge):
    result = compiled(whole(), *PARTS, settings={"labels": {"cluster": "eu"}})
    judge([result])
    assert of_whole(rules_of(result, BURN)).count('cluster="eu"') == 6


def test_shares_of_the_parts(compiled):
    def shares(slo):
        return [part.share for part in compiled(slo, *PARTS).project.services[0].slos[0].sli.parts]

    assert [round(float(share), 4) for share in shares(whole())] == [0.6667, 0.3333]
    parts = [{"slo": "shop/cart"}, {"slo": "shop/pay"}]
    assert [float(share) for share in shares(whole(of=parts, mode="worst"))] == [10, 0.2]


def test_the_page_names_the_part_that_burns_most(compiled, rules_of, judge):
    result = compiled(whole(by=["model"]), *PARTS)
    judge([result])
    pages = [r for r in rules_of(result, "SLOErrorBudgetBurn") if r.labels["slo"] == "whole"]
    for alert in pages:
        window = alert.labels["slo_window"]
        query = f'`topk(1, sum_over_time({BURN}{{slo_id="shop/whole",model=%q}}[{window}]))` $labels.model'
        assert query in alert.annotations["description"]
    assert len(pages) == 4


def test_its_parts_tell_that_data_is_gone(compiled, rules_of):
    def absent(**alerting):
        result = compiled(
            {**whole(), "alerting": alerting}, *PARTS, defaults={"alerting": {"absent": {"for": "20m"}}}
        )
        return [(rule.labels["slo"], rule.labels["severity"]) for rule in rules_of(result, "SLODataAbsent")]

    told = [(part, severity) for part in ("cart", "pay") for severity in ("page", "ticket")]
    assert absent() == told
    assert absent(absent={"for": "30m"}) == [("whole", "ticket"), *told]  # nothing says what exposes it


def test_an_hour_of_a_composite_breaches(compiled, rules_of, judge):
    hour = [{**slo, "window": "1h"} for slo in (whole(), *PARTS)]
    result = compiled(*hour)
    judge([result])
    [breach, *_] = rules_of(result, "SLOBreached")
    assert "[1h]))`) }}The part that burns most is" in breach.annotations["description"]


def test_parts_that_share_a_total_are_proven_one_by_one(compiled, judge):
    """A wrong weight must not pass because both count the same requests."""
    shared = [
        {"name": "errors", "sli": {"events": {"bad": 'e{job="a"}', "total": 't{job="a"}'}}},
        {"name": "answers", "sli": {"events": {"good": 'g{job="a"}', "total": 't{job="a"}'}}},
    ]
    result = compiled(whole(of=({"slo": "shop/errors", "weight": 2}, {"slo": "shop/answers"})), *shared)
    claims = [
        claim.words
        for file in result.compiled[0].tests
        for block in file.blocks
        for claim in block.claims
        if "failing alone" in claim.words
    ]
    assert [words.split(", and")[0] for words in claims] == [
        "shop/errors failing alone is an error ratio of 66.67%",
        "shop/answers failing alone is an error ratio of 33.33%",
    ]
    judge([result])
