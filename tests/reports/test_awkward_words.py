"""Sentences that read oddly where there is one of something, or where a score leaves the line."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.reports import charts
from fieldstudy.reports.network import head
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.voice import Voice
from tests.reports import waves

EN, IT = words.of("en"), words.of("it")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal(57), "Score on a line from 0 to 100: 57"),
        (Decimal(-100), "Score -100, beyond the line from 0 to 100"),
        (Decimal(200), "Score 200, beyond the line from 0 to 100"),
    ],
)
def test_a_score_beyond_the_line_is_said_to_be(value: Decimal, said: str) -> None:
    assert charts.score_said(EN, value, str(value)) == said


def test_one_store_below_the_norm_is_not_counted() -> None:
    """2 of 4 yes is 50 percent, the norm 75."""
    case = Case(waves.network({"A": [2, 2]}), Voice(waves.FORM, EN))
    assert head._below(case, waves.SECTION) == "The one store with a score here is below the norm."


def test_stores_without_a_score_are_not_forgotten() -> None:
    """Three stores, and one of them has a score: the sentence is about scores, and not about stores."""
    found = waves.network({"A": [2], "B": [2], "C": [2]})
    score = replace(found.network.mean_of_store_means, base=1, interval=None)
    one = replace(found, network=replace(found.network, mean_of_store_means=score))
    assert head._spread(Case(one, Voice(waves.FORM, EN))) == "Only one store has a score: not yet a network."
    assert head._spread(Case(one, Voice(waves.FORM, IT))) == (
        "Solo un punto vendita ha un punteggio: non è ancora una rete."
    )
