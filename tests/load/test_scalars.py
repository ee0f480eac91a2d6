from decimal import Decimal

import pytest

from slogen.load.scalars import resolve


@pytest.mark.parametrize(
    "text", ["on", "yes", "No", "1:30", "2026-12-24", "1_000", "0b1", "-0x1F", "0o8", "٣", "."]
)
def test_what_yaml_1_1_would_convert_stays_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    ("text", "number"), [("012", 12), ("-7", -7), ("+7", 7), ("0o17", 15), ("0x1F", 31), ("0", 0)]
)
def test_whole_numbers_are_int(text: str, number: int) -> None:
    value = resolve(text)
    assert value == number
    assert type(value) is int


@pytest.mark.parametrize("text", ["99.9", ".5", "5.", "-0.10", "1e3", "1.5E-2", "+1.25"])
def test_other_numbers_are_exact(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, Decimal)
    assert value == Decimal(text)


def test_infinity_can_be_compared() -> None:
    assert resolve("-.inf") < Decimal(0) < resolve(".INF")  # type: ignore[operator]


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "false", "False", "FALSE"])
def test_booleans(text: str) -> None:
    assert resolve(text) is (text.lower() == "true")


@pytest.mark.parametrize(
    "text", [".nan", ".NaN", "9" * 5000, "1e999999999", "1e-400", "1e99999999999999999999"]
)
def test_numbers_nobody_can_use_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not-a-number|too (long|large)"):
        resolve(text)
