"""Everything that the report of a whole wave says, as frozen values without a language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from fieldstudy.core import changes, experience, feelings, figures, findings, gaps, rules, standing
from fieldstudy.core.answers import Answer
from fieldstudy.core.changes import Change, Comparison, Overlap, Verdict
from fieldstudy.core.checklist import Checklist, Level, Method, Settings
from fieldstudy.core.comparability import EVERYTHING, Basis, Comparable
from fieldstudy.core.experience import Grid, Harmony
from fieldstudy.core.feelings import FeelingCurve
from fieldstudy.core.figures import Figure, NetworkFigures, SectionFigure, StoreFigures
from fieldstudy.core.gaps import Gap
from fieldstudy.core.grounds import Grounds, grounds
from fieldstudy.core.paths import Paths, paths
from fieldstudy.core.rules import Rules
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord, WaveFacts, as_grounded
from fieldstudy.core.standing import Group, Heterogeneity
from fieldstudy.core.versions import Asked


@dataclass(frozen=True)
class StoreLine:
    """One row of the league and of the heat map."""

    code: str
    name: str
    region: str
    visits: int
    score: Figure
    sections: tuple[SectionFigure, ...]
    group: Group
    change: Change | None
    rules: Rules = rules.NONE


@dataclass(frozen=True)
class LastNetwork:
    """The wave before this one, over the stores that both have."""

    name: str
    score: Change
    sections: tuple[tuple[str, Change], ...]
    questions: tuple[tuple[str, Change], ...]
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True)
class NetworkSnapshot:
    facts: WaveFacts
    stores: tuple[StoreLine, ...]
    regions: tuple[tuple[str, Figure], ...]
    """The mean of store means in each region, where there are two regions or more."""
    network: NetworkFigures
    last: LastNetwork | None
    curve: FeelingCurve
    grid: Grid
    pyramid: tuple[tuple[Level, Figure | None], ...]
    harmony: Harmony
    gaps: tuple[Gap, ...]
    paths: Paths
    grounds: Grounds
    heterogeneity: Heterogeneity
    days: tuple[date, date] | None = None
    """Of the first visit and of the last, whatever its method."""
    methods: tuple[tuple[Method, int], ...] = ()
    """How many visits by each method that made some, those beside the score too."""
    asked: Asked = field(default_factory=Asked)
    are_groups_corrected: bool = False
    """Editions of before 0.4 put a store above or below by its own interval alone, against a mean that held it too."""

    @property
    def rules(self) -> Rules:
        """The critical rules that fired in all stores."""
        return rules.of_stores([(line.rules, line.visits, line.score.value) for line in self.stores])


def gather(
    checklist: Checklist,
    stores: Sequence[StoreSnapshot],
    last: LastNetwork | None,
    fieldworkers: Mapping[UUID, Sequence[Decimal]],
) -> NetworkSnapshot:
    """From the snapshots of all stores, which carry the network figures; `fieldworkers`: finals by whoever went."""
    network = stores[0].network
    visits = [visit for store in stores for visit in store.visits if visit.is_headline]
    answers = answers_of(visits)
    order = [section.name for section in checklist.sections if not section.former]
    finals = _finals(stores)
    groups = standing.groups(finals)
    lines, last = _judged_together(
        [_line(store, groups[store.store.code], checklist.settings) for store in stores], last, network
    )
    return NetworkSnapshot(
        facts=stores[0].facts,
        stores=lines,
        regions=_regions(stores),
        network=network,
        last=last,
        curve=feelings.feeling_curve(checklist.sections, [e for visit in visits for e in visit.encounters]),
        grid=experience.grid(checklist, answers),
        pyramid=experience.pyramid(checklist, answers),
        harmony=harmony(network.sections),
        gaps=gaps.of_questions(checklist, _observed(checklist, network, visits), visits),
        paths=paths(order, visits),
        grounds=grounds(checklist, [as_grounded(visit) for visit in visits]),
        heterogeneity=standing.heterogeneity(finals, {str(who): v for who, v in fieldworkers.items()}),
        days=_days(stores),
        methods=_methods(stores),
        asked=_asked(stores),
        are_groups_corrected=True,
    )


def _days(stores: Sequence[StoreSnapshot]) -> tuple[date, date] | None:
    days = [visit.started_at.date() for store in stores for visit in store.visits]
    return (min(days), max(days)) if days else None


def _methods(stores: Sequence[StoreSnapshot]) -> tuple[tuple[Method, int], ...]:
    counted = Counter(visit.method for store in stores for visit in store.visits)
    return tuple((method, counted[method]) for method in Method if counted[method])


def _asked(stores: Sequence[StoreSnapshot]) -> Asked:
    """Every store has the same rows."""
    of = sum(store.asked.of for store in stores)
    sections, questions = (
        _summed([pair for store in stores for pair in pairs(store)])
        for pairs in (lambda store: store.asked.sections, lambda store: store.asked.questions)
    )
    return Asked(of, sections, questions)


def _summed(pairs: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    counted: Counter[str] = Counter()
    for name, count in pairs:
        counted[name] += count
    return tuple(counted.items())


def _judged_together(
    lines: Sequence[StoreLine], last: LastNetwork | None, network: NetworkFigures
) -> tuple[tuple[StoreLine, ...], LastNetwork | None]:
    """All the changes of the report, those of its stores too, as one family of tests."""
    changed = [(line.change, line.score) for line in lines if line.change is not None]
    told = iter(changes.judge_anew([*changed, *(_changed(last, network) if last else ())]))
    judged = tuple(line if line.change is None else replace(line, change=next(told)) for line in lines)
    if last is None:
        return judged, None
    sections = tuple((name, next(told)) for name, _ in last.sections)
    questions = tuple((name, next(told)) for name, _ in last.questions)
    return judged, LastNetwork(last.name, next(told), sections, questions, last.basis)


def _changed(last: LastNetwork, network: NetworkFigures) -> Iterator[tuple[Change, Figure]]:
    """In the order of touchpoints, questions, the whole."""
    scores = {figure.section: figure.score for figure in network.sections}
    rates = {figure.question: figure.rate for figure in network.questions if figure.rate is not None}
    yield from ((change, scores[name]) for name, change in last.sections)
    yield from ((change, rates[name]) for name, change in last.questions)
    yield last.score, network.mean_of_store_means


def compare(
    checklist: Checklist,
    name: str,
    before: Sequence[StoreFigures],
    last: NetworkFigures,
    after: Sequence[StoreFigures],
    now: NetworkFigures,
    over: Comparable = EVERYTHING,
) -> LastNetwork:
    """Total, touchpoints and yes/no questions of two waves, over the means and rates of the stores that both have."""
    stores = changes.overlap(_scores(before), _scores(after))
    total = _of_means(last.mean_of_store_means, _scores(before), now.mean_of_store_means, _scores(after))
    if over.basis.is_part:
        total = _total_of_part(checklist, over, stores)
    basis = _basis(over, stores, total)
    earlier = {figure.section: figure.score for figure in last.sections}
    sections = [
        (f.section, _of_means(earlier[f.section], _of(before, f.section), f.score, _of(after, f.section)))
        for f in now.sections
        if f.section in earlier and over.has_section(f.section) and changes.is_comparable(earlier[f.section], f.score)
    ]
    asked = {figure.question: figure.rate for figure in last.questions if figure.rate is not None}
    questions = [
        (f.question, _of_question(checklist, f.question, asked[f.question], before, f.rate, after))
        for f in now.questions
        if f.rate is not None and f.question in asked and over.has_rate(f.question)
        if changes.is_comparable(asked[f.question], f.rate)
    ]
    named, totals = [*sections, *questions], [total] if basis.is_compared else []
    judged = changes.judge([*totals, *(_of_enough(comparison, stores) for _, comparison in named)])
    score = judged[0] if totals else changes.not_compared(last.mean_of_store_means, stores)
    told = tuple((name, change) for (name, _), change in zip(named, judged[len(totals) :], strict=True))
    return LastNetwork(name, score, told[: len(sections)], told[len(sections) :], basis)


def _basis(over: Comparable, stores: Overlap, total: Comparison) -> Basis:
    """A part of the methods or questions may leave fewer stores than the two waves have in common."""
    is_compared = over.basis.is_compared and total.untested != Verdict.NOT_COMPARED
    left = total.overlap.both if over.basis.is_part and total.overlap is not None else stores.both
    return replace(over.basis, is_compared=is_compared, overlap=stores, stores=left if left < stores.both else None)


def _of_enough(found: Comparison, stores: Overlap) -> Comparison:
    """Where the waves have too few stores in common, nothing is compared, nor what only these few were asked."""
    return found if stores.is_compared else replace(found, untested=Verdict.NOT_COMPARED)


Stores = Mapping[str, Figure]
"""The figure of each store that has one."""


def _of_means(before: Figure, earlier: Stores, after: Figure, later: Stores) -> Comparison:
    return changes.of_stores(before, earlier, after, later, _mean_of_stores)


def _mean_of_stores(found: Sequence[Figure]) -> Figure:
    return figures.mean_of_stores([figure.value for figure in found if figure.value is not None])


def _total_of_part(checklist: Checklist, over: Comparable, stores: Overlap) -> Comparison:
    was, now = (figures.wave_figures(checklist, rows, ()) for rows in (over.before, over.after))
    means = was.network.mean_of_store_means, now.network.mean_of_store_means
    found = _of_means(means[0], _scores(was.stores), means[1], _scores(now.stores))
    is_too_few = not stores.is_compared or (stores.is_enough and not (found.overlap and found.overlap.is_enough))
    return replace(found, is_part=True, untested=Verdict.NOT_COMPARED if is_too_few else found.untested)


def _of_question(
    checklist: Checklist,
    name: str,
    was: Figure,
    before: Sequence[StoreFigures],
    now: Figure,
    after: Sequence[StoreFigures],
) -> Comparison:
    less_is_better = checklist.question_by_name[name].is_reverse
    earlier, later = _rated(before, name), _rated(after, name)
    return changes.of_stores(was, earlier, now, later, figures.network_rate, less_is_better)


def harmony(sections: Sequence[SectionFigure]) -> Harmony:
    return experience.harmony([None if f.score.value is None else f.score.value * 100 for f in sections])


def _line(store: StoreSnapshot, group: Group, settings: Settings) -> StoreLine:
    return StoreLine(
        store.store.code,
        store.store.name,
        store.store.region,
        store.figures.visits,
        store.figures.score,
        store.figures.sections,
        group,
        store.last.score if store.last else None,
        rules.of_visits(store.visits, settings),
    )


def _regions(stores: Sequence[StoreSnapshot]) -> tuple[tuple[str, Figure], ...]:
    means: dict[str, list[Decimal]] = {}
    for store in stores:
        if store.figures.score.value is not None:
            means.setdefault(store.store.region, []).append(store.figures.score.value)
    if len(means) < 2:
        return ()
    return tuple((region, figures.mean_of_stores(values)) for region, values in sorted(means.items()))


def _finals(stores: Sequence[StoreSnapshot]) -> dict[str, list[Decimal]]:
    return {store.store.code: [v.final for v in _headline(store) if v.final is not None] for store in stores}


def _headline(store: StoreSnapshot) -> list[VisitRecord]:
    return [visit for visit in store.visits if visit.is_headline]


def _observed(
    checklist: Checklist, network: NetworkFigures, visits: Sequence[VisitRecord]
) -> Iterator[tuple[str, Figure]]:
    """Of the questions with a norm: the rate of a yes or no, else the share of the points over all visits."""
    rates = {figure.question: figure.rate for figure in network.questions}
    normed = [question for question in checklist.questions if question.norm is not None]
    sums = findings.sums_by_question(visits, normed)
    for question in normed:
        rate, points = rates.get(question.name), sums[question.name]
        if rate is not None and not question.is_reverse:
            yield question.name, rate
        elif points.possible:
            yield question.name, figures.points_of_answers(points.earned, points.possible, len(points.answers))


def _scores(stores: Sequence[StoreFigures]) -> Stores:
    return {store.store: store.score for store in stores if store.score.value is not None}


def _of(stores: Sequence[StoreFigures], section: str) -> Stores:
    found = {store.store: next((f.score for f in store.sections if f.section == section), None) for store in stores}
    return {code: figure for code, figure in found.items() if figure is not None and figure.value is not None}


def _rated(stores: Sequence[StoreFigures], question: str) -> Stores:
    found = {store.store: next((f.rate for f in store.questions if f.question == question), None) for store in stores}
    return {code: figure for code, figure in found.items() if figure is not None and figure.value is not None}


def answers_of(visits: Sequence[VisitRecord]) -> list[Mapping[str, Answer]]:
    """The answers of each visit, by question."""
    return [{answer.question: answer for answer in visit.answers} for visit in visits]
