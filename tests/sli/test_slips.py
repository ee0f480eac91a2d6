"""Matchers that select nothing, quotients that are gone in an outage: what is told, and what never is."""

import pytest

from slogen.load.presets import families
from slogen.promql.matchers import read_matchers
from slogen.promql.parse import read
from slogen.sli.slips import slips
from slogen.sli.vanishing import vanishing

# What is written, and the matcher that works.
AS_TEXT = {
    'code="5.."': 'code=~"5.."',
    'code!="5.."': 'code!~"5.."',
    "code='5..'": 'code=~"5.."',
    'code="5.*"': 'code=~"5.*"',
    'code="5*"': 'code=~"5.."',
    'code="[45].."': 'code=~"[45].."',
    'code="^5..$"': 'code=~"5.."',
    'code="500|502"': 'code=~"500|502"',
    'code="2xx|3xx"': 'code=~"2..|3.."',
    'code="5\\\\d\\\\d"': 'code=~"5\\\\d\\\\d"',
    'class="5.."': 'class=~"5.."',
    '"http.response.status_code"="5.."': '"http.response.status_code"=~"5.."',
    'method!="GET|HEAD"': 'method!~"GET|HEAD"',
    'env="prod.*"': 'env=~"prod.*"',
    'env=".+"': 'env=~".+"',
    'code="500,502"': 'code=~"5.."',
    'code="500", code="503"': 'code=~"500|503"',
}
NO_STATUS = {
    'code=~"5"': 'code=~"5.."',
    'code!~"5"': 'code!~"5.."',
    'code=~"^5"': 'code=~"5.."',
    'code=~"5."': 'code=~"5.."',
    'code=~"5*"': 'code=~"5.."',
    'code=~"5+"': 'code=~"5.."',
    'code=~"5xx"': 'code=~"5.."',
    'code!~"5XX"': 'code!~"5.."',
    'code=~"4|5"': 'code=~"[45].."',
    'code=~"[45]"': 'code=~"[45].."',
    'code=~"500-599"': 'code=~"5.."',
    'code=~"500, 502"': 'code=~"5.."',
    'code=~"[500-599]"': 'code=~"5.."',
    'code=~">=500"': 'code=~"5.."',
    "code=~`5\\d`": 'code=~"5.."',
    'http_status_code=~"5"': 'http_status_code=~"5.."',
    'grpc_code=~"5.."': 'grpc_code=~"Internal|Unavailable"',
    'rpc_grpc_status_code=~"5.."': 'rpc_grpc_status_code=~"Internal|Unavailable"',
}
SANE = [
    *('code=~"5.."', 'code!~"5.."', 'code=~"5.*"', 'code=~"50[0-4]"', 'code=~"2..|3.."', 'code=~"^5..$"'),
    *('code=~"5\\\\d\\\\d"', "code=~`5\\d{2}`", 'code=~"429|5.."', 'code=~"503"', 'code=~"(?i)5.."'),
    *('code="5xx"', 'code!="5xx"', 'code=~"4xx|5xx"', 'code=~"[45]xx"', 'code="200"', 'code="OK"'),
    *('status="200 OK"', 'status="1.0"', 'status=~"0|1"', 'status=~"success|failed"', 'status=~".+"'),
    *('code=~"13|14"', 'code="a", code!="b"', 'code=~"2..", code=~".0."', 'env="a,b"'),
    *('grpc_code=~"Unknown|Internal"', 'grpc_status=~"2|13|14"', 'rpc_grpc_status_code=~"2|13"'),
    *('envoy_response_code_class="5"', 'envoy_response_code_class=~"4|5"', 'exit_code=~"[2-9]"'),
    *('path="/v1/x.y"', 'path="/(.*)"', 'route="^api.+$"', 'uri="/**"', 'domain="*.example.com"'),
    *('version="1.2.3"', 'host="a.b.example.com"', 'le="0.5"', 'le="+Inf"', 'code="$__x"', 'job=~"a|b"'),
    *('cluster_name="outbound|80|v1|localhost"', 'envoy_cluster_name="inbound|9080||"', 'device="dm-0|1"'),
    *(
        'label_replace(x, "a", "5..", "b", "(.*)")',
        'x{a="code=5.."}',
        "x{a=\"code='5..'\"}",
        'error_code=~"5"',
    ),
]


@pytest.mark.parametrize(
    ("text", "works", "code"),
    [
        *((text, works, "pattern-as-text") for text, works in AS_TEXT.items()),
        *((text, works, "no-such-status") for text, works in NO_STATUS.items()),
    ],
)
def test_a_matcher_that_selects_nothing(text, works, code):
    [doubt] = slips(f'x{{job="a",{text}}}')
    assert doubt.code == code
    for matcher in read_matchers(text, ""):
        assert f"`{matcher}`" in doubt.message
    assert f"`{works}`" in doubt.hint
    assert list(slips(works)) == []


@pytest.mark.parametrize("text", SANE)
def test_a_matcher_that_is_sane(text):
    assert list(slips(text)) == []


CODE = 'code="5.."'
PLACES = {
    "bad": {"events": {"bad": f"r_total{{{CODE}}}", "total": "r_total"}},
    "total": {"events": {"good": "r_total", "total": f"sum(rate(r_total{{{CODE}}}[{{{{ window }}}}]))"}},
    "histogram": {"latency": {"histogram": f"h_seconds{{{CODE}}}", "threshold": "1s"}},
    "good": {"latency": {"histogram": "h_seconds", "threshold": "1s", "good": 'code!="5.."'}},
    "slices": {"timeslices": {"good": f"sum(rate(r_total{{{CODE}}}[5m])) < 3"}},
    "ratio": {"ratio": {"error": f"job:errors:ratio5m{{{CODE}}}"}},
    "probe": {"probe": {"metric": f"up{{job='a',{CODE}}}"}},
    "freshness": {"freshness": {"timestamp": f"max(t_seconds{{{CODE}}})", "max_age": "1h"}},
    "preset": {"preset": "http/availability", "with": {"selector": CODE, "status": "status"}},
    "parameter": {"preset": "http/availability", "with": {"selector": 'job="a"', "errors": "5xx"}},
}


@pytest.mark.parametrize("place", PLACES)
def test_every_kind_tells_it_once(compiled, place):
    result = compiled({"sli": PLACES[place]})
    assert result.ok, result.problems
    told = [p for p in result.problems if p.code in ("pattern-as-text", "no-such-status")]
    assert [str(p.severity.value) for p in told] == ["warning"]


def test_the_same_slip_in_both_sides_is_told_once(compiled):
    sides = {"bad": f'r_total{{{CODE},a="b"}}', "total": f"r_total{{{CODE}}}"}
    told = [p.code for p in compiled({"sli": {"events": sides}}).problems]
    assert told.count("pattern-as-text") == 1


def test_no_preset_has_a_slip():
    texts = [
        text
        for family in families()
        for preset in family.presets
        for text in preset.config.values()
        if isinstance(text, str)
    ]
    assert len(texts) > 100
    assert [doubt for text in texts for doubt in slips(text)] == []


TOTAL, OK, FAILED = (
    f'sum(rate(r_total{{job="a"{code}}}[5m]))' for code in ("", ',code!~"5.."', ',code=~"5.."')
)
GONE = {
    f"{OK} / {TOTAL}": f"({OK} or 0 * {TOTAL}) / {TOTAL}",
    f"1 - {FAILED} / {TOTAL}": f"({FAILED} or 0 * {TOTAL}) / {TOTAL}",
    f"clamp_max({OK} / {TOTAL}, 1)": f"({OK} or 0 * {TOTAL}) / {TOTAL}",
    f"({TOTAL} - {OK}) / {TOTAL}": f"{TOTAL} - ({OK} or 0 * {TOTAL})",
    f"{OK} - {TOTAL}": f"({OK} or 0 * {TOTAL}) - {TOTAL}",
    f"100 * {OK} / {TOTAL}": f"((100 * {OK}) or 0 * {TOTAL}) / {TOTAL}",
    f"{OK} / on () {TOTAL}": "(A or 0 * B) / B",
    "job:r:rate5m{a='b'} / job:r:rate5m": '(job:r:rate5m{a="b"} or 0 * job:r:rate5m) / job:r:rate5m',
    'r_count{a="b"} / r_count{job=~".+"}': '(r_count{a="b"} or 0 * r_count{job=~".+"}) / r_count{job=~".+"}',
    'h_bucket{le="1",code="200"} / h_count': '(h_bucket{le="1",code="200"} or 0 * h_count) / h_count',
    f"{OK} @ 5 / {TOTAL}".replace(")) @ 5", " @ 5))"): "(A or 0 * B) / B",
}
FILTERED = {
    'sum(up{job="a"} > 0) >= 2': 'sum(up{job="a"} > 0) or 0 * sum(up{job="a"})',
    "count by (x) (up == 1) >= 2": "sum by (x) (up == bool 1)",
    "count(up == 0) < 2": "sum(up == bool 0)",
    "2 <= count(0 < up)": "sum(0 < bool up)",
}


@pytest.mark.parametrize("text", FILTERED)
def test_a_sum_of_what_passes(text):
    [doubt] = vanishing(read(text), 0, "ignore")
    assert (doubt.code, doubt.hint) == ("empty-operand", f"write `{FILTERED[text]}`")
    told = (list(vanishing(read(text), 0, "bad")), list(vanishing(read(text), 0, "good")))
    assert list(map(len, told)) == ([1, 0] if text.endswith("< 2") else [0, 1])


@pytest.mark.parametrize(
    "text", ["sum(up > bool 0) >= 2", "(sum(up > 0) or 0 * sum(up)) >= 2", "min(up) > 0"]
)
def test_a_sum_that_is_there(text):
    assert list(vanishing(read(text), 0, "ignore")) == []


THERE = [
    *(f"({OK} or 0 * {TOTAL}) / {TOTAL}", f"{TOTAL} - ({OK} or 0 * {TOTAL})", f"{OK} / {OK}"),
    *("sum(rate(h_sum[5m])) / sum(rate(h_count[5m]))", 'rate(h_bucket{le="1"}[5m]) / rate(h_count[5m])'),
    *("a - b", 'time() - x{a="b"}', f"{TOTAL} / {OK}", f'{OK} / sum(rate(other_total{{job="a"}}[5m]))'),
    *(
        'kube_pod{condition="true"} / kube_pod',
        f'{OK} / sum(rate(r_total{{job="b"}}[5m]))',
        f"{OK} + {TOTAL}",
    ),
    *(f"{OK} / {TOTAL} or 0 * {TOTAL}", f"1 - ({FAILED} / {TOTAL} or 0 * {TOTAL})", f"{OK} / ({OK} + {OK})"),
    "rate(hits_total[5m]) / (rate(hits_total[5m]) + rate(misses_total[5m]))",
    'rate(s_total{mode="a"}[5m]) / (rate(s_total{mode="a"}[5m]) + rate(s_total{mode="b"}[5m]))',
    'sum(rate(node_cpu_seconds_total{mode="idle"}[5m])) / sum(rate(node_cpu_seconds_total[5m]))',
]


@pytest.mark.parametrize("text", GONE)
def test_a_quotient_that_may_be_gone(text):
    [doubt] = vanishing(read(text), 1, "ignore")
    assert doubt.code == "empty-operand"
    assert doubt.hint == f"write `{GONE[text]}`"
    if "A or" not in doubt.hint:
        assert list(vanishing(read(GONE[text]), 1, "ignore")) == []


@pytest.mark.parametrize("text", [f"{OK} / ({OK} + {FAILED})", f"1 - {FAILED} / ({OK} + {FAILED})"])
def test_a_part_of_a_sum(text):
    [doubt] = vanishing(read(text), 1, "ignore")
    assert "one selector of all" in doubt.hint


@pytest.mark.parametrize("text", THERE)
def test_a_quotient_that_is_there(text):
    assert list(vanishing(read(text), 1, "ignore")) == []


@pytest.mark.parametrize(
    ("text", "better", "meant"),
    [
        (f"{OK} / {TOTAL}", 1, "bad"),
        (f"1 - {OK} / {TOTAL}", -1, "bad"),
        (f"-({OK} / {TOTAL})", -1, "bad"),
        (f"{FAILED} / {TOTAL}", -1, "good"),
        (f"1 - {FAILED} / {TOTAL}", 1, "good"),
        (f"{OK} / {TOTAL} >= 0.9", 0, "bad"),
        (f"0.9 < {OK} / {TOTAL}", 0, "bad"),
        (f"{FAILED} / {TOTAL} < 0.1", 0, "good"),
        (f"{TOTAL} - {OK} < 5", 0, "bad"),
        (f"{TOTAL} - {FAILED} > 5", 0, "good"),
        (f"{OK} / {TOTAL} != 0.5", 0, ""),
    ],
)
def test_missing_may_say_what_the_number_would(text, better, meant):
    told = [each for each in ("ignore", "bad", "good") if list(vanishing(read(text), better, each))]
    assert told == [each for each in ("ignore", "bad", "good") if each != meant]


@pytest.mark.parametrize(
    "sli",
    [
        {"ratio": {"good": f"{OK} / {TOTAL}"}},
        {"ratio": {"error": f"1 - {OK} / {TOTAL}"}},
        {"timeslices": {"good": f"{OK} / {TOTAL} >= 0.95"}},
        {"timeslices": {"good": f"{OK} / {TOTAL} >= 0.95 and {OK} / {TOTAL} < 2"}},
        {"timeslices": {"good": f"up{{job='a'}} == 0 or 0.95 < {OK} / {TOTAL}"}},
    ],
)
def test_it_is_told_once_where_it_stands(compiled, sli):
    result = compiled({"sli": sli})
    assert result.ok
    assert [p.code for p in result.problems].count("empty-operand") == 1


@pytest.mark.parametrize(
    "sli",
    [
        {"ratio": {"good": f"{OK} / {TOTAL}", "missing": "bad"}},
        {"ratio": {"error": f"{FAILED} / {TOTAL}", "missing": "good"}},
        {"timeslices": {"good": f"{OK} / {TOTAL} >= 0.95", "missing": "bad"}},
        {"timeslices": {"good": f"({OK} / {TOTAL} or 0 * {TOTAL}) >= 0.95"}},
    ],
)
def test_what_is_meant_is_not_told(compiled, sli):
    assert "empty-operand" not in [p.code for p in compiled({"sli": sli}).problems]
