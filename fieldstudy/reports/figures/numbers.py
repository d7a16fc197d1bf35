"""Numbers as plain JSON: decimals as strings, so that no digit is lost on the way."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fieldstudy.core import rounding
from fieldstudy.core.figures import Figure
from fieldstudy.core.statistics import Interval
from fieldstudy.words import Words

Json = dict[str, Any]
Say = Callable[[Figure], Json]
"""How a figure is said in the language and with the decimals that were asked for."""


def said(words: Words, decimals: int) -> Say:
    return lambda figure: _figure(figure, words, decimals)


def known(value: Figure | None, figure: Say) -> Json | None:
    """None: not asked."""
    return figure(value) if value is not None else None


def exact(value: Decimal | None) -> str | None:
    """12 significant digits."""
    return None if value is None else plain(rounding.significant(value))


def plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def floating(value: float | None) -> str | None:
    """Four decimals, as statistics are given."""
    return None if value is None else f"{value:.4f}"


def chance(p: float | None) -> str | None:
    """Four significant digits: a small p is not 0."""
    return None if p is None else f"{p:.4g}"


def interval(found: Interval | None) -> list[str] | None:
    return [f"{found.low:.4f}", f"{found.high:.4f}"] if found else None


def _figure(figure: Figure, words: Words, decimals: int) -> Json:
    """`value` unrounded (12 significant digits), `text` rounded once for people."""
    return {
        "value": exact(figure.value),
        "text": _text(figure, words, decimals),
        "earned": plain(figure.earned),
        "possible": plain(figure.possible),
        "base": figure.base,
        "base_of": figure.base_of.value,
        "interval": interval(figure.interval),
        "formula": figure.formula.value,
        "formula_version": figure.formula.version,
    }


def _text(figure: Figure, words: Words, decimals: int) -> str:
    """With a plain space: this is data, not typesetting."""
    if figure.value is None:
        return words.gettext("n/a")
    return words.percent(figure.value, decimals).replace("\N{NO-BREAK SPACE}", " ")
