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


def test_the_dust_of_a_quotient_turns_no_half_down() -> None:
    """Three thirds of 9.75: what a gap of 13 costs where three quarters of the score hang on it."""
    cost = sum((Decimal("9.75") / 3 for _ in range(3)), Decimal(0)) * (Decimal(1) / 3 * 3)
    assert cost < Decimal("9.75")
    assert (rounding.half_up(cost, 1), rounding.half_up(-cost, 1)) == (Decimal("9.8"), Decimal("-9.8"))
    assert rounding.percent(Decimal(1) / 3 * 3 * Decimal("0.745")) == 75
