"""Strengths and priorities of a page one, in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import norms, rounding
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.figures import Base, Figure, SectionFigure
from fieldstudy.core.findings import Against
from fieldstudy.reports.voice import is_scattered, printed_ends
from fieldstudy.words import COST_DECIMALS, Words


@dataclass(frozen=True)
class Point:
    """A touchpoint, what it is held against, how sure that is, and the facts behind it."""

    title: str
    score: str
    reference: str
    basis: str
    facts: tuple[str, ...]
    lever: str


@dataclass(frozen=True)
class Points:
    heading: str
    points: tuple[Point, ...]


def basis(
    words: Words, figure: Figure, reference: Decimal, against: Against = Against.NORM, is_clear: bool = True
) -> str:
    """From 4 visits, between 40 and 95: the norm lies within."""
    ends = printed_ends(figure)
    of_stores = figure.base_of == Base.STORES
    if of_stores:
        units = words.ngettext("from %(num)s store", "from %(num)s stores", figure.base)
    else:
        units = words.ngettext("from %(num)s visit", "from %(num)s visits", figure.base)
    if figure.base == 1:
        return words.gettext("%(units)s: a snapshot", units=units)
    if is_scattered(figure):
        return words.gettext("%(units)s, too unlike for an interval", units=units)
    if ends is None:
        return words.gettext("%(units)s, not enough for an interval", units=units)
    if ends[0] == ends[1]:
        return words.gettext("%(units)s, all alike", units=units)
    low, high = (words.number(end) for end in ends)
    said = words.gettext("%(units)s, between %(low)s and %(high)s", units=units, low=low, high=high)
    if not ends[0] <= reference <= ends[1]:
        return said if is_clear else words.gettext("%(said)s; among so many touchpoints that may be chance", said=said)
    if against == Against.NORM:
        return words.gettext("%(said)s: the norm lies within", said=said)
    return words.gettext("%(said)s: the network lies within", said=said)


def cost(words: Words, points: Decimal, before: str = "") -> str:
    """Takes 6.9 points off, `before` a cap or a rule; nothing where that is printed as none."""
    off = taken_off(words, points)
    said = words.gettext("takes %(points)s points off", points=off)
    return f"{said} {before}".strip() if off else ""


def taken_off(words: Words, points: Decimal) -> str:
    """As a table prints it, without the sign."""
    return words.cost(-points).removeprefix("+") if rounding.half_up(points, COST_DECIMALS) < 0 else ""


def taken(
    words: Words, label: Callable[[str], str], checklist: Checklist, sections: Iterable[SectionFigure], before: str
) -> Iterator[str]:
    """What was taken where there was no score and so no gap, which may cost more than all gaps: the most first."""
    by_name = {section.name: section for section in checklist.sections}
    for found in sorted(sections, key=lambda one: one.effect or 0):
        section = by_name.get(found.section)
        if section is not None and taken_off(words, found.taken * 100):
            is_sure = norms.can_only_take(section) and not found.possible and not found.given
            yield (_only if is_sure else _net)(words, words.quoted(label(found.section)), found, before)
            if found.score.value is not None and section.norm is not None:
                yield words.gettext("That is part of its cost.")


def _only(words: Words, name: str, found: SectionFigure, before: str) -> str:
    return words.gettext(
        "%(name)s can only take points away: %(effect)s.", name=name, effect=_effect(words, found, before)
    )


def _net(words: Words, name: str, found: SectionFigure, before: str) -> str:
    """In how many visits it took points and gave some, and what came of both over all visits, not in one of these."""
    effect = _effect(words, found, before)
    taken = words.ngettext(
        "%(name)s took points away in %(num)s visit",
        "%(name)s took points away in %(num)s visits",
        found.taken_in,
        name=name,
    )
    if not found.given_in:
        return words.gettext("%(taken)s: over all visits, %(effect)s.", taken=taken, effect=effect)
    given = words.ngettext("gave some in %(num)s visit", "gave some in %(num)s visits", found.given_in)
    return words.gettext(
        "%(visits)s; over all visits %(points)s: %(effect)s.",
        visits=words.listing([taken, given]),
        points=words.listing([words.cost(found.taken * 100), words.cost(found.given * 100)]),
        effect=effect,
    )


def _effect(words: Words, found: SectionFigure, before: str) -> str:
    """What all of it did to the score."""
    effect = (found.effect or Decimal(0)) * 100
    if off := taken_off(words, effect):
        said = words.gettext("%(points)s off the score", points=off)
    elif added := taken_off(words, -effect):
        said = words.gettext("%(points)s added to the score", points=added)
    else:
        said = words.gettext("the score is as it would be without")
    return f"{said} {before}".strip()


def strengths(words: Words, points: Sequence[Point]) -> Points | None:
    """None where there are none: no heading stands empty."""
    count = len(points)
    heading = words.ngettext("One strength", "%(count)s strengths", count, count=words.capital(words.count(count)))
    return Points(heading, tuple(points)) if points else None


def priorities(words: Words, points: Sequence[Point]) -> Points | None:
    count = len(points)
    heading = words.ngettext("One priority", "%(count)s priorities", count, count=words.capital(words.count(count)))
    return Points(heading, tuple(points)) if points else None
