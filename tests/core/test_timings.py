"""Waiting times by hand; quantiles as NumPy gives them."""

from decimal import Decimal

import numpy
import pytest

from fieldstudy.core import timings
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, QuestionType, Settings
from tests import factories as make

WAIT = make.question("wait", QuestionType.TIMER, standard=Decimal(120), tolerated=Decimal(300))
LIST = Checklist("shop", make.text("Shop"), (make.section("till", WAIT),), Settings())
SECONDS = [30, 90, 120, 121, 400]


def found(*answers: Answer) -> timings.Timing:
    (timing,) = timings.timings(LIST, answers)
    return timing


def test_median_and_ninetieth_percentile() -> None:
    timing = found(*(Answer("wait", str(second)) for second in SECONDS))
    assert (timing.n, timing.median_seconds) == (5, 120)
    assert timing.p90_seconds == pytest.approx(numpy.quantile(SECONDS, 0.9))


def test_the_standard_itself_is_within_the_standard() -> None:
    timing = found(*(Answer("wait", str(second)) for second in SECONDS))
    assert timing.within_standard is not None
    assert timing.within_tolerated is not None
    assert (timing.within_standard.value, timing.within_tolerated.value) == (Decimal(3) / 5, Decimal(4) / 5)


def test_a_wait_that_does_not_apply_is_not_counted() -> None:
    assert found(Answer("wait", "", is_na=True), Answer("wait", "60")).n == 1


def test_no_waits_no_figures() -> None:
    timing = found()
    assert (timing.n, timing.median_seconds, timing.p90_seconds) == (0, None, None)
    assert timing.within_standard is not None
    assert timing.within_standard.value is None
