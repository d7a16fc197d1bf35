"""Part 3: every touchpoint as a row of numbers that add up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import gaps, scoring, weights
from fieldstudy.core.changes import Verdict
from fieldstudy.core.checklist import Section, Settings, Total
from fieldstudy.core.snapshots import LastWave, VisitRecord
from fieldstudy.reports import critical
from fieldstudy.reports.store import head
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import printed, shortened
from fieldstudy.words import changes as change_words
from fieldstudy.words import comparisons, versions

LABEL_CHARACTERS = 80


@dataclass(frozen=True)
class Row:
    """`name` is the touchpoint's own in the checklist; empty for the whole visit."""

    name: str
    label: str
    points: str
    is_moment: bool = False
    observed: str = ""
    weight: str = ""
    share: str = ""
    norm: str = ""
    gap: str = ""
    cost: str = ""
    is_below: bool = False
    na: str = ""
    last: str = ""
    network: str = ""
    change: str = ""


@dataclass(frozen=True)
class SectionTable:
    """Columns without a value in any row are not shown. `adjustment` is what visits get beside their touchpoints."""

    rows: tuple[Row, ...]
    adjustment: Row | None
    total: Row
    has_weights: bool
    has_shares: bool
    has_norms: bool
    has_costs: bool
    has_na: bool
    has_last: bool
    has_changes: bool
    has_network: bool
    sentence: str


def build(case: Case) -> SectionTable | None:
    sections = _sections(case)
    costs = [_cost(case, section) for section in sections]
    if not any(printed(case.figure(section)) is not None for section in sections) and not any(costs):
        return None
    has_norms = any(section.norm is not None for section in sections)
    by_gap = sorted(sections, key=lambda section: _rank(case, section)) if has_norms else sections
    return SectionTable(
        rows=tuple(_row(case, section) for section in by_gap),
        adjustment=_adjustment(case),
        total=_total(case),
        has_weights=weights.are_counted(case.checklist, case.versions),
        has_shares=_has_shares(case),
        has_norms=has_norms,
        has_costs=any(cost is not None for cost in costs),
        has_na=any(figure.na_count for figure in case.section_figures.values()),
        has_last=case.snapshot.last is not None,
        has_changes=case.snapshot.last is not None and _has_changes(case.snapshot.last),
        has_network=case.has_network,
        sentence=_sentence(case, has_norms),
    )


def _has_shares(case: Case) -> bool:
    """Of the score, where the visits had no common weights to find them from."""
    return weights.are_counted(case.checklist, case.versions) and weights.differ(case.versions)


def _has_changes(last: LastWave) -> bool:
    return any(change.is_claimed for change in (last.score, *(change for _, change in last.sections)))


def _rank(case: Case, section: Section) -> tuple[bool, Decimal]:
    """What takes most off the score first; those that have no gap come last, in the order of the journey."""
    cost = _cost(case, section)
    return cost is None, cost or Decimal(0)


def _cost(case: Case, section: Section) -> Decimal | None:
    figure = case.section_figures[section.name]
    share = gaps.section_share(case.checklist, case.snapshot.figures.sections, section.name)
    return gaps.section_cost(figure, section.norm, share)


def _sentence(case: Case, has_norms: bool) -> str:
    last = case.snapshot.last
    told = [change.verdict for change in case.section_changes.values()]
    unshown, unvaried, few = map(told.count, (Verdict.CANNOT_TELL, Verdict.NO_VARIATION, Verdict.TOO_FEW))
    sentences = [
        case.words.gettext("What takes most off the whole score comes first.") if has_norms else "",
        *_apart(case),
        *(_costed(case) if has_norms else ()),
        case.words.ngettext(
            "For %(num)s touchpoint no change can be shown.", "For %(num)s touchpoints no change can be shown.", unshown
        )
        if unshown
        else "",
        case.words.ngettext(
            "For %(num)s touchpoint no change can be tested: all visits of a wave had the same result there.",
            "For %(num)s touchpoints no change can be tested: all visits of a wave had the same result there.",
            unvaried,
        )
        if unvaried
        else "",
        case.words.ngettext(
            "For %(num)s touchpoint no change can be tested: too few visits.",
            "For %(num)s touchpoints no change can be tested: too few visits.",
            few,
        )
        if few
        else "",
        comparisons.limits(case.words, last.basis) if last else "",
        case.words.gettext("What was not measured alike has no figure of before.")
        if last and last.basis.reasons
        else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _costed(case: Case) -> Iterator[str]:
    """What a cost does not hold, and what it does."""
    if case.before:
        yield case.words.gettext("Costs are reckoned %(before)s.", before=case.before)
        yield critical.zeroed(case.words, case.rules)


def _apart(case: Case) -> Iterator[str]:
    """Why a score is not simply its points, as far as it holds in this store."""
    words, visits = case.words, case.headline_visits()
    if len(visits) > 1:
        yield words.gettext(
            "A score is the mean of the visits, points are their sum: where the visits had unequal points, the two "
            "differ."
        )
    yield from _weighted(case)
    if _is_flat_unknown(case):
        yield words.gettext("The versions of the checklist have different flat adjustments, which stand in no row.")
    if any(_takes_away(section) for section in _sections(case)):
        yield words.gettext("What only takes points away has no score of its own.")
    ruled = sum(_is_ruled(visit) for visit in visits)
    if ruled:
        yield words.ngettext(
            "In %(num)s visit a critical rule changed the score, and not the points.",
            "In %(num)s visits a critical rule changed the score, and not the points.",
            ruled,
        )
    if any(visit.raw == 1 and _earned_more(visit) for visit in visits):
        yield words.ngettext(
            "The visit scores no more than 100, however many points it earned.",
            "No visit scores more than 100, however many points it earned.",
            len(visits),
        )


def _weighted(case: Case) -> Iterator[str]:
    """Of a wave whose checklist went over to weights, or from them, it holds for a part of the visits."""
    words, used = case.words, case.versions
    if _has_shares(case):
        yield words.gettext(
            "The versions of the checklist have other weights: the share says what part of the score hung on a "
            "touchpoint, and with the gap makes its cost. Share and norm of the whole are means of the visits."
        )
    weighted = [one for one in used if one.settings.total == Total.SECTION_WEIGHTED]
    is_weighted = bool(weighted) if used else case.checklist.settings.total == Total.SECTION_WEIGHTED
    if is_weighted and len(weighted) == len(used):
        yield words.gettext("The whole score is the mean of the touchpoints by their weights, not of all points.")
    elif is_weighted and case.snapshot.versions:
        yield words.ngettext(
            "In %(num)s of %(of)s visits the whole score is the mean of the touchpoints by their weights, not of all "
            "points.",
            "In %(num)s of %(of)s visits the whole score is the mean of the touchpoints by their weights, not of all "
            "points.",
            sum(one.visits for one in weighted),
            of=words.integer(sum(one.visits for one in used)),
        )
    elif is_weighted:
        yield words.ngettext(
            "With version %(numbers)s of the checklist the whole score is the mean of the touchpoints by their "
            "weights, not of all points.",
            "With versions %(numbers)s of the checklist the whole score is the mean of the touchpoints by their "
            "weights, not of all points.",
            len(weighted),
            numbers=words.listing(str(one.number) for one in weighted),
        )


def _settings(case: Case) -> set[Settings]:
    """Of every version that a visit was made with."""
    return {version.settings for version in case.versions} or {case.checklist.settings}


def _sections(case: Case) -> list[Section]:
    return [section for section in case.checklist.sections if section.name in case.section_figures]


def _takes_away(section: Section) -> bool:
    scored = [question for question in section.questions if question.is_scored]
    return bool(scored) and not any(question.possible or question.is_bonus for question in scored)


def _is_ruled(visit: VisitRecord) -> bool:
    return visit.raw != visit.final or any(section.is_zeroed and section.earned for section in visit.sections)


def _earned_more(visit: VisitRecord) -> bool:
    """The switch that caps the total may be that of an older version: what it did shows in the total."""
    earned, possible = (sum(getattr(one, side) for one in visit.sections) for side in ("earned", "possible"))
    return earned > possible


def _row(case: Case, section: Section) -> Row:
    figure, words = case.section_figures[section.name], case.words
    observed = printed(figure.score)
    change, cost = case.section_changes.get(section.name), _cost(case, section)
    gap = None if observed is None or section.norm is None else observed - section.norm
    return Row(
        name=section.name,
        label=_label(case, section),
        is_moment=section.is_moment_of_truth,
        points=_points(case, figure.earned, figure.possible, _takes_away(section)),
        observed=case.printed(figure.score),
        weight=_weight(case, section.name),
        share="" if figure.share is None else words.percent(figure.share, 1),
        norm="" if section.norm is None else words.points(section.norm),
        gap="" if gap is None else words.signed(gap),
        cost="" if cost is None else words.cost(cost),
        is_below=gaps.is_below(figure.score, section.norm),
        na=words.integer(figure.na_count) if figure.na_count else "",
        last=case.printed(change.before) if change else "",
        network=case.printed(case.network_sections[section.name].score) if case.has_network else "",
        change=change_words.marked(words, change),
    )


def _weight(case: Case, name: str) -> str:
    """3 or 1: the sentence above the table says why."""
    found = weights.of_section(case.checklist, case.versions, name)
    return case.words.alternatives(case.words.points(weight) for weight in found)


def _label(case: Case, section: Section) -> str:
    label = shortened(case.section(section.name), LABEL_CHARACTERS)
    asked = versions.asked_in(case.words, case.snapshot.asked.section(section.name), case.snapshot.asked.of)
    return ", ".join(part for part in (label, asked) if part)


def _points(case: Case, earned: Decimal, possible: Decimal, takes_away: bool = False) -> str:
    """−6 / 0 where points are only taken away, so that the rows add up to the total."""
    if not (earned or possible or takes_away):
        return ""
    return f"{case.words.points(earned)} / {case.words.points(possible)}"


def _before(case: Case) -> str:
    """Nothing that was measured otherwise stands beside the figure of now."""
    before = case.snapshot.last.score.printed_before if case.snapshot.last else None
    return case.printed(before) if before else ""


def _adjustment(case: Case) -> Row | None:
    points = _points(case, *_adjusted(case))
    return Row("", case.words.gettext("Flat adjustment"), points) if points else None


def _adjusted(case: Case) -> tuple[Decimal, Decimal]:
    """What the pooled totals among the visits begin with, each by its own version of the checklist."""
    pooled = [one for one in _settings_of_visits(case) if one.total == Total.POOLED]
    return (
        sum((one.adjust_earned_points for one in pooled), scoring.ZERO),
        sum((one.adjust_possible_points for one in pooled), scoring.ZERO),
    )


def _settings_of_visits(case: Case) -> list[Settings]:
    """Of the visits with a score; nothing where an older edition did not keep which visit had which."""
    if _is_flat_unknown(case):
        return []
    return [visit.settings or case.checklist.settings for visit in case.headline_visits() if visit.raw is not None]


def _is_flat_unknown(case: Case) -> bool:
    """Editions of before 0.4 kept the settings of versions, and not which of their visits had which."""
    flat = {
        (one.adjust_earned_points, one.adjust_possible_points)
        if one.total == Total.POOLED
        else (scoring.ZERO, scoring.ZERO)
        for one in _settings(case)
    }
    return len(flat) > 1 and all(visit.settings is None for visit in case.headline_visits())


def _whole_points(case: Case) -> str:
    """Of all rows, the adjustment among them."""
    figures, (earned, possible) = case.snapshot.figures.sections, _adjusted(case)
    return _points(
        case,
        sum((figure.earned for figure in figures), earned),
        sum((figure.possible for figure in figures), possible),
    )


def _total(case: Case) -> Row:
    snapshot, words = case.snapshot, case.words
    observed, norm = printed(snapshot.figures.score), head.overall_norm(case)
    gap = None if observed is None or norm is None else observed - norm
    na_count = sum(figure.na_count for figure in snapshot.figures.sections)
    return Row(
        name="",
        label=words.gettext("Whole visit"),
        points=_whole_points(case),
        observed=case.printed(snapshot.figures.score),
        norm="" if norm is None else words.number(norm),
        gap="" if gap is None else words.signed(gap),
        is_below=gaps.is_below(snapshot.figures.score, norm),
        na=words.integer(na_count) if na_count else "",
        last=_before(case),
        network=case.printed(snapshot.network.mean_of_store_means) if case.has_network else "",
        change=change_words.marked(words, snapshot.last.score if snapshot.last else None),
    )
