"""Half up, once, at the last step."""

from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=20)
"""Sums of quotients are true to some 26 of their 28 digits: three thirds are 0.9999999999999999999999999999."""


def half_up(value: Decimal, decimals: int = 0) -> Decimal:
    """A half is one up to that dust, which would turn it down."""
    return EXACT.plus(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def percent(fraction: Decimal | float, decimals: int = 0) -> Decimal:
    """A fraction of 1 as percent, rounded for print; a float of the statistics counts as the decimal that it prints."""
    exact = fraction if isinstance(fraction, Decimal) else Decimal(repr(fraction))
    return half_up(exact * 100, decimals)


def significant(value: Decimal, digits: int = 12) -> Decimal:
    """The value with this many significant digits and no trailing zeros."""
    if not value:
        return Decimal(0)
    return half_up(value, digits - 1 - value.adjusted()).normalize()
