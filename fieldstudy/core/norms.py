"""What a score is held against: the norms of the touchpoints, and that of the whole."""

from collections.abc import Iterable
from decimal import Decimal

from fieldstudy.core.checklist import Checklist, Section

ZERO = Decimal(0)


def has_score(checklist: Checklist, section: Section) -> bool:
    """Can a visit of the headline earn a part of its possible points? Else no norm is ever held against it."""
    methods = frozenset(checklist.settings.headline_methods) & frozenset(section.methods)
    return any(
        question.is_scored and not question.is_bonus and question.possible * question.weight > 0
        for question in section.questions
        if methods & frozenset(question.methods)
    )


def can_give(section: Section) -> bool:
    """Can some answer add points to a score, in this version of the checklist or an older one of the wave?"""
    return section.gave or any(
        question.weight > 0 and question.is_scored and question.possible > 0 for question in section.questions
    )


def can_only_take(section: Section) -> bool:
    """Has it points, and none that can be earned?"""
    return any(question.is_scored for question in section.questions) and not can_give(section)


def overall(checklist: Checklist) -> Decimal | None:
    """Mean, with the weights of the total, of the norms that a score is held against; percent, None if there are none.

    What only takes points away, only adds a bonus, or is asked by no method of the headline has no score.
    """
    weights = dict(of_version(checklist))
    own = (section for section in checklist.sections if section.name in weights and not section.former)
    return mean_of((weights[section.name], section.norm) for section in own)


def of_version(checklist: Checklist) -> tuple[tuple[str, Decimal], ...]:
    """The touchpoints that a total of this version is made of, and what each weighs in it."""
    return tuple((s.name, checklist.weight_of(s)) for s in checklist.sections if has_score(checklist, s))


def mean_of(weighed: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Of weights and norms, without those that have no norm."""
    known = [(weight, norm) for weight, norm in weighed if norm is not None]
    total = sum((weight for weight, _ in known), ZERO)
    return sum((weight * norm for weight, norm in known), ZERO) / total if total else None
