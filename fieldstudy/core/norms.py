"""What a score is held against: the norms of the touchpoints, and that of the whole."""

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
    measured = [section for section in checklist.sections if not section.former and has_score(checklist, section)]
    norms = [(checklist.weight_of(section), section.norm) for section in measured if section.norm is not None]
    weight = sum((w for w, _ in norms), ZERO)
    return sum((w * norm for w, norm in norms), ZERO) / weight if weight else None
