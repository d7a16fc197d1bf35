"""Critical rules over many visits: which fired, how often, and what the score would be without them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures
from fieldstudy.core.checklist import CriticalRule
from fieldstudy.core.scoring import Fired
from fieldstudy.core.snapshots import VisitRecord


@dataclass(frozen=True)
class RuleCount:
    """In how many visits, of how many stores, a rule fired on a question."""

    question: str
    rule: CriticalRule
    percent: Decimal | None
    visits: int
    stores: int = 1


@dataclass(frozen=True)
class Rules:
    """`changed`: visits whose total a rule changed; `before`: the mean as it was before all rules.

    Only the visits of the headline count. Editions of before 0.4 kept none of this for a network.
    """

    fired: tuple[RuleCount, ...] = ()
    visits: int = 0
    changed: int = 0
    before: Decimal | None = None


NONE = Rules()


def of_visits(visits: Sequence[VisitRecord]) -> Rules:
    """Of one store."""
    counted = [visit for visit in visits if visit.is_headline]
    fired: Counter[Fired] = Counter(one for visit in counted for one in dict.fromkeys(visit.fired))
    if not fired:
        return NONE
    return Rules(
        tuple(RuleCount(one.question, one.rule, one.percent, count) for one, count in fired.items()),
        len(counted),
        sum(visit.raw != visit.final for visit in counted),
        figures.mean_of_visits([visit.raw for visit in counted if visit.raw is not None]).value,
    )


def of_stores(stores: Sequence[tuple[Rules, int, Decimal | None]]) -> Rules:
    """Each with its visits and its score, which is also the score before the rules where none fired."""
    if not any(rules.fired for rules, _, _ in stores):
        return NONE
    sums: dict[Fired, RuleCount] = {}
    for one in (one for rules, _, _ in stores for one in rules.fired):
        key = Fired(one.question, one.rule, one.percent)
        known = sums.get(key)
        visits, times = (known.visits, known.stores) if known else (0, 0)
        sums[key] = RuleCount(*_named(key), visits + one.visits, times + one.stores)
    means = [rules.before if rules.fired else score for rules, _, score in stores]
    return Rules(
        tuple(sorted(sums.values(), key=lambda one: -one.visits)),
        sum(visits for _, visits, _ in stores),
        sum(rules.changed for rules, _, _ in stores),
        figures.mean_of_stores([mean for mean in means if mean is not None]).value,
    )


def _named(key: Fired) -> tuple[str, CriticalRule, Decimal | None]:
    return key.question, key.rule, key.percent
