"""What changes totals of many visits: critical rules, how often and what the score would be without, and the cap."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures, scoring
from fieldstudy.core.checklist import Checklist, CriticalRule, Settings
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

    `overruled`: those of them whose total is no longer that of their touchpoints; `capped`: visits that earned more
    than 100 percent and have 100. What a touchpoint costs is reckoned before either.
    Only the visits of the headline count. Editions of before 0.4 kept none of this for a network.
    """

    fired: tuple[RuleCount, ...] = ()
    visits: int = 0
    changed: int = 0
    before: Decimal | None = None
    overruled: int = 0
    capped: int = 0

    @property
    def has_zeroed(self) -> bool:
        """Did a rule of a touchpoint fire too? What it set to 0 counts as 0 in every cost."""
        return any(one.rule == CriticalRule.SECTION_ZERO for one in self.fired)


NONE = Rules()


OF_TOTALS = {CriticalRule.TOTAL_ZERO, CriticalRule.CAP}


def sections_of(checklist: Checklist, fired: Iterable[Fired | RuleCount]) -> frozenset[str]:
    """The touchpoints whose questions these rules are of."""
    found = (checklist.section_of.get(one.question) for one in fired)
    return frozenset(section.name for section in found if section is not None)


def of_visits(visits: Sequence[VisitRecord], settings: Settings) -> Rules:
    """Of one store; `settings` are those of the newest version of the checklist."""
    counted = [visit for visit in visits if visit.is_headline]
    fired: Counter[Fired] = Counter(one for visit in counted for one in dict.fromkeys(visit.fired))
    capped = sum(scoring.is_capped(visit.settings or settings, visit.sections) for visit in counted)
    if not fired and not capped:
        return NONE
    return Rules(
        tuple(RuleCount(one.question, one.rule, one.percent, count) for one, count in fired.items()),
        len(counted),
        sum(visit.raw != visit.final for visit in counted),
        figures.mean_of_visits([visit.raw for visit in counted if visit.raw is not None]).value,
        sum(visit.raw != visit.final and any(one.rule in OF_TOTALS for one in visit.fired) for visit in counted),
        capped,
    )


def of_stores(stores: Sequence[tuple[Rules, int, Decimal | None]]) -> Rules:
    """Each with its visits and its score, which is also the score before the rules where none fired."""
    if not any(rules.fired or rules.capped for rules, _, _ in stores):
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
        sum(rules.overruled for rules, _, _ in stores),
        sum(rules.capped for rules, _, _ in stores),
    )


def _named(key: Fired) -> tuple[str, CriticalRule, Decimal | None]:
    return key.question, key.rule, key.percent
