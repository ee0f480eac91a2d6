"""Durations and exact decimals."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.units import (
    DAY,
    format_duration,
    parse_duration,
    parse_milliseconds,
    plain,
    rounded,
    to_decimal,
    to_text,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("1h30m", 5400),
        ("36h", 129600),
        ("30d", 30 * DAY),
        ("1w", 7 * DAY),
        ("1y", 365 * DAY),
    ],
)
def test_parse_duration(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "5m ", "1.5h", "-5m", "5M", "30m1h", "1h1h", "٣m", "5min"]
)
def test_not_a_duration(text):
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_milliseconds_are_no_minutes():
    assert parse_milliseconds("500ms") == 500
    assert parse_milliseconds("1m500ms") == 60_500
    assert parse_duration("2000ms") == 2
    with pytest.raises(ValueError, match="whole number of seconds"):
        parse_duration("500ms")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *(
            (0, "0s"),
            (60, "1m"),
            (300, "5m"),
            (5400, "90m"),
            (5460, "1h31m"),
            (129600, "36h"),
            (87900, "1d25m"),
        ),
        *((7 * DAY, "7d"), (365 * DAY, "365d"), (91, "1m31s"), (90 * 3600, "90h"), (91 * 3600, "3d19h")),
    ],
)
def test_format_duration(seconds, text):
    assert format_duration(seconds) == text


@given(st.integers(0, 400 * DAY))
def test_durations_round_trip(seconds):
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("14.4") * Fraction("0.001"), "0.0144"),  # through float: 0.014400000000000001
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(1234567), "1234570"),
        (Fraction(0), "0"),
        (Fraction(1, 10**9), "0.000000001"),
        (Fraction("-0.5"), "-0.5"),
    ],
)
def test_to_text(value, text):
    assert to_text(value) == text


@given(st.fractions(-(10**12), 10**12), st.integers(1, 12))
def test_to_text_is_plain_and_near(value, digits):
    text = to_text(value, digits)
    assert "e" not in text.lower()
    assert abs(Fraction(text) - value) <= abs(value) * Fraction(10, 10**digits)


def test_plain_and_rounded():
    assert [plain(Decimal(text)) for text in ("99.90", "1E+3", "0.0", "5E-5")] == [
        "99.9",
        "1000",
        "0",
        "0.00005",
    ]
    assert rounded(Decimal("0.00012345678"), 3) == Decimal("0.000123")


@pytest.mark.parametrize("value", ["99.9", "99.9%", " 99.9 % ", Decimal("99.9")])
def test_to_decimal(value):
    assert to_decimal(value) == Decimal("99.9")


@pytest.mark.parametrize("value", ["", "99,9", "two", "NaN", "Infinity", "%", True, None])
def test_not_a_decimal(value):
    with pytest.raises(ValueError, match="is not a"):
        to_decimal(value)
