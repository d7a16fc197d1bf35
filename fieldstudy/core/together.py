"""Some stores of a network taken together, from the figures that each of them has already."""

from collections.abc import Sequence
from decimal import Decimal

from fieldstudy.core import figures
from fieldstudy.core.figures import (
    ZERO,
    Base,
    Figure,
    Formula,
    NetworkFigures,
    QuestionFigure,
    SectionFigure,
    StoreFigures,
)


def network_of(stores: Sequence[StoreFigures]) -> NetworkFigures:
    """As if these stores were the whole network; all of them of one wave, so that their sections are the same."""
    scores = [store.score for store in stores]
    return NetworkFigures(
        _mean_of_visits(scores),
        score_of(scores),
        _pooled([section for store in stores for section in store.sections], sum(score.base for score in scores)),
        tuple(sections_of([(store.score, store.sections) for store in stores])),
        tuple(map(question_of, zip(*(store.questions for store in stores), strict=True))),
    )


def score_of(scores: Sequence[Figure]) -> Figure:
    """The mean of the stores' means; one store is no sample of stores, and keeps its own figure."""
    if len(scores) == 1:
        return scores[0]
    return figures.mean_of_stores([score.value for score in scores if score.value is not None])


def sections_of(stores: Sequence[tuple[Figure, Sequence[SectionFigure]]]) -> Sequence[SectionFigure]:
    """Of the score and the touchpoints of each; one store is no sample of stores, and keeps its own figures."""
    return stores[0][1] if len(stores) == 1 else figures.sections_of_stores(stores)


def question_of(questions: Sequence[QuestionFigure]) -> QuestionFigure:
    """One question over several stores."""
    if len(questions) == 1:
        return questions[0]
    rates = [question.rate for question in questions if question.rate is not None]
    return QuestionFigure(questions[0].question, figures.network_rate(rates) if rates else None)


def _mean_of_visits(scores: Sequence[Figure]) -> Figure:
    base = sum(score.base for score in scores if score.value is not None)
    total = sum((score.value * score.base for score in scores if score.value is not None), ZERO)
    return Figure(total / base if base else None, base, Base.VISITS, Formula.MEAN_OF_VISITS)


def _pooled(sections: Sequence[SectionFigure], visits: int) -> Figure:
    earned = sum((section.earned for section in sections), Decimal(0))
    possible = sum((section.possible for section in sections), Decimal(0))
    return Figure(earned / possible if possible else None, visits, Base.VISITS, Formula.POOLED, earned, possible)
