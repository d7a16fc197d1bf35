"""Half up, as published practice has it; Python's own round(12.5) is 12."""

from decimal import Decimal

import pytest

from fieldstudy.core import rounding


@pytest.mark.parametrize(("value", "rounded"), [("12.5", "13"), ("13.5", "14"), ("-0.5", "-1"), ("12.49", "12")])
def test_half_goes_up(value: str, rounded: str) -> None:
    assert rounding.half_up(Decimal(value)) == Decimal(rounded)


def test_twelve_significant_digits() -> None:
    assert str(rounding.significant(Decimal(8) / Decimal(9))) == "0.888888888889"


def test_percent_rounds_once() -> None:
    assert rounding.percent(Decimal("0.7449999"), 1) == Decimal("74.5")
