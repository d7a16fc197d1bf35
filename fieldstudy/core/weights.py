"""What touchpoints weigh in the totals of a wave: every visit is summed by the weights of its own version."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from fieldstudy.core import norms
from fieldstudy.core.checklist import Checklist, Total
from fieldstudy.core.versions import VersionUse

ZERO = Decimal(0)


def are_counted(checklist: Checklist, used: Sequence[VersionUse]) -> bool:
    """Was the total of some visit weighted by touchpoint?"""
    families = {one.settings.total for one in used if one.visits} or {checklist.settings.total}
    return Total.SECTION_WEIGHTED in families


def differ(used: Sequence[VersionUse]) -> bool:
    """Does no single set of weights say what part of the scores hung on each touchpoint?"""
    return len({(one.settings.total, one.weights) for one in used if one.visits}) > 1


def of_section(checklist: Checklist, used: Sequence[VersionUse], name: str) -> tuple[Decimal, ...]:
    """Every weight that visits counted a touchpoint with, the newest first; in an older edition, that of the newest."""
    known = (dict(one.weights).get(name) for one in _weighted(used))
    own = (section.weight for section in checklist.sections if section.name == name)
    return tuple(dict.fromkeys(weight for weight in known if weight is not None)) or tuple(own)


def overall_norm(checklist: Checklist, used: Sequence[VersionUse]) -> Decimal | None:
    """The mean over the visits of the norms, each visit's by the touchpoints and weights of its own version; percent.

    Editions that kept no weights of their versions have the norm of the newest for all their visits.
    """
    held = list(_held(checklist, used))
    visits = sum(count for count, _ in held)
    return sum((count * norm for count, norm in held), ZERO) / visits if visits else norms.overall(checklist)


def _held(checklist: Checklist, used: Iterable[VersionUse]) -> Iterator[tuple[int, Decimal]]:
    """How many visits were held against which norm."""
    expected = {section.name: section.norm for section in checklist.sections}
    for one in used:
        norm = norms.mean_of((weight, expected.get(name)) for name, weight in one.weights)
        if norm is not None:
            yield one.visits, norm


def _weighted(used: Iterable[VersionUse]) -> Iterator[VersionUse]:
    return (one for one in used if one.visits and one.settings.total == Total.SECTION_WEIGHTED)
