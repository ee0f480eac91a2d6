"""Buckets that are told as counters become native histograms."""

from slogen.proof.histograms import as_native

LOW, HIGH = 'h{job="a",slogen_bucket="-2"}', 'h{job="a",slogen_bucket="0"}'


def test_other_series_stay():
    series = {"x": "1+1x3", 'y{a="b"}': "_x2 5"}
    assert as_native(series) == series


def test_buckets_are_put_together():
    [(name, values)] = as_native({LOW: "1000000+10x2", HIGH: "_x2 1000000"}).items()
    assert name == 'h{job="a"}'
    assert values == (
        "{{schema:0 count:1000000 sum:0 buckets:[1000000 0 0] offset:-2}} "
        "{{schema:0 count:1000010 sum:0 buckets:[1000010 0 0] offset:-2}}+"
        "{{schema:0 count:10 sum:0 buckets:[10 0 0] offset:-2}}x1"
    )


def test_a_bucket_counts_from_where_it_was_first_seen():
    [values] = as_native({LOW: "1000000x3", HIGH: "_x2 1000000 1000007"}).values()
    assert values.endswith("count:1000007 sum:0 buckets:[1000000 0 7] offset:-2}}")


def test_a_reset_begins_at_nothing():
    [values] = as_native({LOW: "1000000+5x2 5+5x1", HIGH: "1000000x2 0x1"}).values()
    counts = [part for part in values.split("{{schema:0 ") if part]
    assert counts[-2].startswith("count:5 sum:0 buckets:[5 0 0]")


def test_gaps_and_ends_are_those_of_both():
    [values] = as_native({LOW: "_x2 1000000 stale", HIGH: "_x2 _ _"}).values()
    assert values.split()[0] == "_x2"
    assert values.split()[-1] == "stale"
