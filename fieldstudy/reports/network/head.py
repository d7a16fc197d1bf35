"""Page one: where the network stands, against its last wave, region by region, and what comes first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import figures, gaps
from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import Figure
from fieldstudy.core.standing import Group
from fieldstudy.reports import charts, critical, points, precision
from fieldstudy.reports.charts import Mark, ScoreLine
from fieldstudy.reports.network import drawings
from fieldstudy.reports.network.case import Case, gap
from fieldstudy.reports.points import Point, Points
from fieldstudy.reports.voice import is_scattered, isolated, printed, printed_ends
from fieldstudy.words import Words, comparisons
from fieldstudy.words import changes as change_words

MOST = 3
"""Strengths and priorities that are shown."""
REGION_CHARACTERS = 40


@dataclass(frozen=True)
class RegionRow:
    name: str
    score: str
    drawing: Markup
    said: str


@dataclass(frozen=True)
class Regions:
    axis: Markup
    rows: tuple[RegionRow, ...]


@dataclass(frozen=True)
class Head:
    visits: str
    score: str
    sign: str
    spread: str
    line: Markup
    comparison: str
    summary: str
    strengths: Points | None
    priorities: Points | None
    regions: Regions | None
    critical: tuple[str, ...] = ()
    is_ruled: bool = False
    """Did they make the printed score another? Then page one names them, else they stand beside the costs."""
    caveat: str = ""
    """Of every cost, where a rule changed the score."""


def build(case: Case) -> Head:
    found, words = _gaps(case), case.voice.words
    holding = sorted((item for item in found if _is_strength(case, *item)), key=lambda item: -item[0])[:MOST]
    missing = _missing(case, found)
    return Head(
        visits=_visits(case),
        score=case.voice.printed(case.score),
        sign="%" if case.score.value is not None else "",
        spread=_spread(case),
        line=_line(case),
        comparison=_comparison(case),
        summary=" ".join(_summary(case, missing)),
        strengths=points.strengths(words, [_point(case, *item, words.gettext("Lever")) for item in holding]),
        priorities=points.priorities(words, [_point(case, *item, words.gettext("Lever")) for item in missing]),
        regions=_regions(case),
        critical=tuple(_critical(case)),
        is_ruled=critical.is_seen(case.snapshot.rules, case.score),
        caveat=critical.caveat(words, case.snapshot.rules, case.score),
    )


def _critical(case: Case) -> Iterator[str]:
    """The rules that fired, and why the score is less than its touchpoints."""
    found = case.snapshot.rules
    yield from critical.said(case.voice, found)
    if found.changed and (caveat := critical.caveat(case.voice.words, found, case.score)):
        yield caveat


def _before(case: Case) -> str:
    return critical.before(case.voice.words, case.snapshot.rules)


def _visits(case: Case) -> str:
    words, snapshot = case.voice.words, case.snapshot
    stores = words.ngettext("%(num)s store", "%(num)s stores", len(snapshot.stores))
    made = sum(count for _, count in snapshot.methods) or snapshot.network.mean_of_visits.base
    visits = words.ngettext("%(num)s visit", "%(num)s visits", made)
    mix = words.listing(words.visits_of(method, count) for method, count in snapshot.methods)
    days = words.days(*(snapshot.days or (snapshot.facts.starts_on, snapshot.facts.ends_on)))
    return f"{stores}, {visits} {days}" + (f": {mix}" if mix else "")


def _spread(case: Case) -> str:
    words, base = case.voice.words, case.score.base
    if base == 0:
        return words.gettext("There is no score yet.")
    if base == 1 and len(case.snapshot.stores) > 1:
        return words.gettext("Only one store has a score: not yet a network.")
    if base == 1:
        return words.gettext("One store: not yet a network.")
    return precision.said(words, case.score)


def _line(case: Case) -> Markup:
    words, norm = case.voice.words, case.norm
    score, ends = printed(case.score), printed_ends(case.score)
    before = printed(case.snapshot.last.score.printed_before) if case.snapshot.last else None
    line = ScoreLine(
        value=None if score is None else Mark(float(score), words.number(score)),
        band=None if ends is None else (float(ends[0]), float(ends[1])),
        norm=None if norm is None else Mark(float(norm), words.gettext("norm %(value)s", value=words.number(norm))),
        last=None
        if before is None
        else Mark(float(before), words.gettext("before %(value)s", value=words.number(before))),
    )
    alt = charts.score_said(words, score, case.voice.printed(case.score))
    return charts.score_line("; ".join([alt, *(mark.label for mark in (line.norm, line.last) if mark)]) + ".", line)


def _comparison(case: Case) -> str:
    return comparisons.since_last(case.voice.words, case.snapshot.last, case.score, change_words.network_since_last)


# What holds and what comes first

Ranked = tuple[Decimal, Section]


def _gaps(case: Case) -> list[Ranked]:
    """Touchpoints with a norm and a score."""
    return [
        (found, section)
        for section in case.voice.checklist.sections
        if section.name in case.sections
        if (found := gap(case.sections[section.name].score, section.norm)) is not None
    ]


def _cost(case: Case, section: Section) -> Decimal:
    """What the touchpoint takes off the whole score, as in the report of a store."""
    share = gaps.section_share(case.voice.checklist, case.snapshot.network.sections, section.name)
    return gaps.section_cost(case.sections[section.name], section.norm, share) or Decimal(0)


def _missing(case: Case, found: Sequence[Ranked]) -> list[Ranked]:
    """The costliest first."""
    costs = [(_cost(case, section), (points, section)) for points, section in found if points < 0]
    return [ranked for cost, ranked in sorted(costs, key=lambda one: one[0]) if cost < 0][:MOST]


def _is_strength(case: Case, found: Decimal, section: Section) -> bool:
    """Above its norm, and not only in the mean: most stores are not below it; and no critical rule fired there."""
    below, of = _stores_below(case, section)
    return found > 0 and 2 * below < of and section.name not in case.ruled


def _summary(case: Case, missing: Sequence[Ranked]) -> Iterator[str]:
    yield from _groups(case)
    words = case.voice.words
    yield from points.taken(words, case.voice.section, case.voice.checklist, case.sections.values(), _before(case))
    if missing:
        section = missing[0][1]
        yield words.gettext(
            "The gap that costs most is at %(name)s: %(observed)s where the norm is %(norm)s.",
            name=words.quoted(case.voice.section(section.name)),
            observed=case.voice.printed(case.sections[section.name].score),
            norm=words.points(section.norm or Decimal(0)),
        )
        if section.name not in _told(case):
            yield words.ngettext(
                "It is one store: chance may explain that gap.",
                "With %(num)s stores, chance may still explain that gap.",
                case.sections[section.name].score.base,
            )


def _told(case: Case) -> frozenset[str]:
    """Touchpoints that stand above or below their norm by more than chance."""
    return gaps.told(
        (section.name, case.sections[section.name].score, section.norm)
        for _, section in _gaps(case)
        if section.norm is not None
    )


def _groups(case: Case) -> Iterator[str]:
    words, counts = case.voice.words, Counter(line.group for line in case.snapshot.stores)
    above, below = counts[Group.ABOVE], counts[Group.BELOW]
    if len(case.snapshot.stores) < 2:
        return
    if not above and not below:
        yield words.gettext("No store can be told from the others.")
        return
    yield words.gettext(
        "Of %(stores)s stores, %(found)s.",
        stores=words.count(len(case.snapshot.stores)),
        found=words.listing(_apart(words, above, below)),
    )


def _apart(words: Words, above: int, below: int) -> Iterator[str]:
    if above:
        yield words.ngettext(
            "%(count)s scores clearly above the others",
            "%(count)s score clearly above the others",
            above,
            count=words.count(above),
        )
    if below:
        yield words.ngettext(
            "%(count)s scores clearly below the others",
            "%(count)s score clearly below the others",
            below,
            count=words.count(below),
        )


def _point(case: Case, found: Decimal, section: Section, lever: str) -> Point:
    voice, words, score = case.voice, case.voice.words, case.sections[section.name].score
    reference = words.gettext("norm %(value)s", value=words.points(section.norm or Decimal(0)))
    if found < 0:
        parts = (
            words.gettext("gap %(gap)s", gap=words.signed(found)),
            points.cost(words, _cost(case, section), _before(case)),
        )
        reference = ", ".join([reference, *(part for part in parts if part)])
    providers = Counter(question.expro for question in section.questions if question.expro is not None)
    return Point(
        title=voice.section(section.name),
        score=voice.printed(score),
        reference=reference,
        basis=points.basis(words, score, section.norm or Decimal(0), is_clear=section.name in _told(case)),
        facts=(_below(case, section),),
        lever=f"{lever}: {words.name(providers.most_common(1)[0][0])}" if providers else "",
    )


def _below(case: Case, section: Section) -> str:
    """In how many stores the norm is missed; a mean may hide them."""
    words, (below, of) = case.voice.words, _stores_below(case, section)
    if not below:
        return words.gettext("No store is below the norm.")
    if of == 1:
        return words.gettext("The one store with a score here is below the norm.")
    return words.ngettext(
        "%(num)s of %(stores)s stores is below the norm.",
        "%(num)s of %(stores)s stores are below the norm.",
        below,
        stores=words.integer(of),
    )


def _stores_below(case: Case, section: Section) -> tuple[int, int]:
    """How many stores are below the norm, of how many that have a score there."""
    scores = [figure for line in case.snapshot.stores for figure in line.sections if figure.section == section.name]
    known = [found for figure in scores if (found := gap(figure.score, section.norm)) is not None]
    return sum(found < 0 for found in known), len(known)


# Regions


def _regions(case: Case) -> Regions | None:
    if not case.snapshot.regions:
        return None
    mean = printed(case.score)
    ends = [float(end) for _, figure in case.snapshot.regions for end in printed_ends(figure) or ()]
    values = [float(value) for _, figure in case.snapshot.regions if (value := printed(figure)) is not None]
    scale = drawings.scale([*values, *ends], None if mean is None else float(mean))
    words = case.voice.words
    label = words.gettext("network %(value)s", value=case.voice.number(mean))
    return Regions(
        drawings.axis(label, scale, label),
        tuple(_region(case, scale, name, figure) for name, figure in case.snapshot.regions),
    )


def _region(case: Case, scale: drawings.Scale, name: str, figure: Figure) -> RegionRow:
    words, value, ends = case.voice.words, printed(figure), printed_ends(figure)
    said = _region_words(case, figure)
    return RegionRow(
        isolated(name) or words.gettext("Without a region"),
        case.voice.printed(figure),
        drawings.interval(
            said,
            scale,
            None if value is None else float(value),
            None if ends is None else (float(ends[0]), float(ends[1])),
        ),
        said,
    )


def _region_words(case: Case, figure: Figure) -> str:
    words, ends = case.voice.words, case.said_ends(figure)
    if figure.base == 1:
        return words.gettext("one store")
    if ends is None:
        if not is_scattered(figure):
            return words.ngettext("%(num)s store: too few", "%(num)s stores: too few", figure.base)
        return precision.without(words, figure)
    if figures.is_uniform(figure):
        return words.ngettext(
            "%(num)s store: all at %(value)s", "%(num)s stores: all at %(value)s", figure.base, value=ends[0]
        )
    if ends[0] == ends[1]:
        return words.ngettext(
            "%(num)s store: close to %(value)s", "%(num)s stores: close to %(value)s", figure.base, value=ends[0]
        )
    return words.gettext(
        "%(num)s stores: between %(low)s and %(high)s", num=words.integer(figure.base), low=ends[0], high=ends[1]
    )
