"""What the rules remember: since when a group is known, and whether its targets were ever seen."""

from slogen.promql.text import quote

MEMORY = ("2h", "5h", "12h", "1d", "3d")


def carried(series, *, oldest=False):
    looks = [series, f"last_over_time({series}[1h:4m])", *(f"{series} offset {ago}" for ago in MEMORY)]
    return f"( {' or '.join(reversed(looks) if oldest else looks)} )"


def only(rules):
    [rule] = rules
    return " ".join(rule.expr.split())


def test_since_when_a_group_is_known(compiled, rules_of):
    """As long as it is remembered or has a total; what rules had recorded before they remembered is old."""
    first, last, total = (
        f'{name}{{slo_service="shop"}}'
        for name in (
            "slogen_first_seen_timestamp_seconds",
            "slogen_last_seen_timestamp_seconds",
            "slo:sli_total:rate5m",
        )
    )
    assert only(rules_of(compiled(), "slogen_first_seen_timestamp_seconds")) == (
        f"{carried(first, oldest=True)} and ({last} or {total}) "
        f"or 0 * {total} offset 1d + time() - 7776000 or 0 * {total} + time()"
    )


def test_which_targets_were_ever_seen(compiled, rules_of):
    """Of all the labels that the SLO selects on, and of the job alone."""
    sli = {"events": {"bad": 'e{job="a",namespace="n"}', "total": 't{job="a",namespace="n"}'}}
    seen = 'slogen_targets_seen_timestamp_seconds{slo_service="shop"}'
    ups = ('up{job="a",namespace="n"}', 'up{job="a"}')
    now = [f'label_replace(0 * max({up}) + time(), "slo_targets", {quote(up)}, "", "")' for up in ups]
    [rule] = rules_of(compiled({"sli": sli}), "slogen_targets_seen_timestamp_seconds")
    assert " ".join(rule.expr.split()) == (
        f"{' or '.join(now)} or max by (slo_targets) {carried(seen)} > time() - 604800"
    )
    assert rule.labels == {"slo_service": "shop"}
    unknown = compiled({"sli": {"events": {"bad": "e", "total": "t"}}})
    assert rules_of(unknown, "slogen_targets_seen_timestamp_seconds") == []


def test_a_dollar_of_a_selector_is_no_group(compiled, rules_of):
    """`label_replace` would leave it out of what it writes, and the alert asks for it as it stands."""
    bad, total = (f'{name}{{job=~"api-.*$"}}' for name in ("e_total", "t_total"))
    [rule] = rules_of(
        compiled({"sli": {"events": {"bad": bad, "total": total}}}), "slogen_targets_seen_timestamp_seconds"
    )
    assert '"slo_targets", "up{job=~\\"api-.*$$\\"}"' in rule.expr
    assert 'max(up{job=~"api-.*$"})' in rule.expr
