"""Some stores of a network taken together, by hand arithmetic."""

from decimal import Decimal

from fieldstudy.core import figures, together
from fieldstudy.core.figures import QuestionFigure, SectionFigure, StoreFigures


def store(code: str, score: str, visits: int, yes: int, no: int) -> StoreFigures:
    values = [Decimal(score)] * visits
    mean = figures.mean_of_visits(values)
    section = SectionFigure("till", mean, Decimal(yes), Decimal(yes + no), 1)
    return StoreFigures(code, visits, mean, (section,), (QuestionFigure("receipt", figures.rate(yes, no)),))


PAIR = [store("A", "0.5", 2, 1, 1), store("B", "0.8", 4, 3, 1)]


def test_a_store_counts_once_whatever_its_visits() -> None:
    """(50 + 80) / 2 = 65."""
    assert together.network_of(PAIR).mean_of_store_means.value == Decimal("0.65")


def test_the_mean_of_visits_weighs_them() -> None:
    """(2 × 50 + 4 × 80) / 6 = 70."""
    assert together.network_of(PAIR).mean_of_visits.value == Decimal("0.7")


def test_points_and_answers_are_summed() -> None:
    """4 of 6 points; yes 4 of 6; two answers n/a."""
    found = together.network_of(PAIR)
    assert (found.pooled.earned, found.pooled.possible, found.sections[0].na_count) == (4, 6, 2)
    assert found.questions[0].rate is not None
    assert (found.questions[0].rate.earned, found.questions[0].rate.base) == (4, 6)


def test_all_stores_together_are_the_network() -> None:
    found = together.network_of(PAIR)
    assert found.sections[0].score.value == found.mean_of_store_means.value
