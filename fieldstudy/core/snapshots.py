"""Everything that one store's report says, as frozen values without a language.

Screen and PDF are made from the same snapshot, and a released wave keeps it, so they cannot disagree.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from fieldstudy.core import changes, figures, internal, versions
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.changes import Change, Comparison
from fieldstudy.core.checklist import Checklist, Method, Settings
from fieldstudy.core.comparability import EVERYTHING, Basis, Comparable
from fieldstudy.core.feelings import FeelingCurve
from fieldstudy.core.figures import Figure, NetworkFigures, StoreFigures, Tally, VisitSums, WaveFigures
from fieldstudy.core.grounds import Grounded
from fieldstudy.core.moments import Moment, Stay
from fieldstudy.core.scoring import Fired, QuestionScore, SectionScore
from fieldstudy.core.versions import Asked, Former, VersionUse


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    city: str
    region: str
    address: str
    timezone: str


@dataclass(frozen=True)
class OtherChecklists:
    """Visits that count, and are in no figure, because they were made with another checklist than most."""

    visits: int = 0
    stores: tuple[str, ...] = ()
    """Names of the stores that were visited with no other."""


@dataclass(frozen=True)
class WaveFacts:
    client: str
    study: str
    study_slug: str
    purpose: str
    wave: str
    starts_on: date
    ends_on: date
    number: int
    of: int
    versions: tuple[VersionUse, ...] = ()
    """Of the checklist, the newest first."""
    former: tuple[Former, ...] = ()
    other_checklists: OtherChecklists = field(default_factory=OtherChecklists)
    internal: tuple[str, ...] = ()
    """Questions that a later version of the checklist marks as internal."""

    def checklist(self, newest: Checklist) -> Checklist:
        """The version that speaks for the wave as the client knows it, with what only older ones asked."""
        return versions.extended(internal.for_client(newest, self.internal), self.former)


@dataclass(frozen=True)
class JottingRecord:
    """`section` is empty for a free jotting; `jotted_at` is aware, in the store's own time."""

    section: str
    jotted_at: datetime
    text: str


@dataclass(frozen=True)
class PhotoRecord:
    question: str
    sha256: str
    taken_at: datetime
    width: int
    height: int


@dataclass(frozen=True)
class VisitRecord:
    """One visit that counts; `number` is its place by time in the store and wave."""

    number: int
    method: Method
    is_headline: bool
    started_at: datetime
    ended_at: datetime | None
    gold_role: str
    disclosure: str
    scenario: str
    raw: Decimal | None
    final: Decimal | None
    fired: tuple[Fired, ...]
    sections: tuple[SectionScore, ...]
    questions: tuple[QuestionScore, ...]
    answers: tuple[Answer, ...]
    encounters: tuple[Encounter, ...]
    jottings: tuple[JottingRecord, ...]
    photos: tuple[PhotoRecord, ...]
    moments: tuple[tuple[str, Moment], ...] = ()
    """When each answer was given, where the phone said so."""
    entered_at: datetime | None = None
    left_at: datetime | None = None
    settings: Settings | None = None
    """That made its total, where its version of the checklist has others than the newest of the wave."""

    @property
    def stay(self) -> Stay:
        return Stay(self.entered_at, self.left_at)


def visit_for_client(visit: VisitRecord, whole: Checklist, shown: Checklist) -> VisitRecord:
    """Without what is in the whole version of the visit and not in what its client is shown of it."""
    questions = whole.question_by_name.keys() - shown.question_by_name.keys()
    sections = internal.sections(whole, shown)
    return replace(
        visit,
        fired=tuple(one for one in visit.fired if one.question not in questions),
        sections=tuple(one for one in visit.sections if one.section not in sections),
        questions=tuple(one for one in visit.questions if one.question not in questions),
        answers=tuple(one for one in visit.answers if one.question not in questions),
        encounters=tuple(one for one in visit.encounters if one.section not in sections),
        jottings=tuple(one for one in visit.jottings if one.section not in sections),
        photos=tuple(one for one in visit.photos if one.question not in questions),
        moments=tuple(pair for pair in visit.moments if pair[0] not in questions),
    )


def as_grounded(visit: VisitRecord) -> Grounded:
    answers = {answer.question: answer for answer in visit.answers}
    pictured = {photo.question for photo in visit.photos}
    return Grounded(visit.questions, answers, pictured, dict(visit.moments), visit.stay.is_known)


@dataclass(frozen=True)
class LastWave:
    """The wave before this one, for the same store; all its changes are judged together."""

    name: str
    score: Change
    sections: tuple[tuple[str, Change], ...]
    questions: tuple[tuple[str, Change], ...] = ()
    basis: Basis = field(default_factory=Basis)

    def section(self, name: str) -> Change | None:
        return dict(self.sections).get(name)

    def question(self, name: str) -> Change | None:
        return dict(self.questions).get(name)


@dataclass(frozen=True)
class StoreSnapshot:
    facts: WaveFacts
    store: Place
    visits: tuple[VisitRecord, ...]
    figures: StoreFigures
    network: NetworkFigures
    last: LastWave | None
    curve: FeelingCurve
    planned: int
    """Assignments of this store and wave that were not withdrawn; 0 where visits came from a file."""
    set_aside: int
    """Visits of this store and wave that do not count: excluded, void or held."""
    found_closed: int = 0
    """Approved visits that found the store closed: they asked nothing and are in no figure."""
    asked: Asked = field(default_factory=Asked)
    other_checklists: int = 0
    """Visits of this store that count, and were made with another checklist than most of the wave."""
    versions: tuple[VersionUse, ...] = ()
    """Those of this store's own visits; older editions froze only those of the whole wave."""

    @property
    def used(self) -> tuple[VersionUse, ...]:
        """The versions that its own visits were made with; in an edition that did not keep them, those of the wave."""
        return self.versions or self.facts.versions

    @property
    def photo_hashes(self) -> frozenset[str]:
        return frozenset(photo.sha256 for visit in self.visits for photo in visit.photos)


def store_for_client(snapshot: StoreSnapshot, whole: Checklist, shown: Checklist) -> StoreSnapshot:
    """As it is frozen today; what was frozen before internal questions were known may still hold some."""
    sections = internal.sections(whole, shown)
    own, network = (
        tuple(one for one in figures.sections if one.section not in sections)
        for figures in (snapshot.figures, snapshot.network)
    )
    points = tuple(one for one in snapshot.curve.points if one.section not in sections)
    return replace(
        snapshot,
        visits=tuple(visit_for_client(visit, whole, shown) for visit in snapshot.visits),
        figures=replace(snapshot.figures, sections=own),
        network=replace(snapshot.network, sections=network),
        curve=replace(snapshot.curve, points=points),
    )


def compare(
    checklist: Checklist,
    name: str,
    before: StoreFigures,
    before_visits: Sequence[VisitSums],
    after: StoreFigures,
    after_visits: Sequence[VisitSums],
    over: Comparable = EVERYTHING,
) -> LastWave:
    """Total and sections of a store against its last wave, tested together as they stand in one report."""
    earlier = figures.headline_visits(checklist, before_visits)
    later = figures.headline_visits(checklist, after_visits)
    earlier_by = {figure.section: figure for figure in before.sections}
    shared = [f for f in after.sections if f.section in earlier_by and over.has_section(f.section)]
    shared = [f for f in shared if changes.is_comparable(earlier_by[f.section].score, f.score)]
    total = changes.of_visits(before.score, figures.finals(earlier), after.score, figures.finals(later))
    if over.basis.is_part:
        total = _total_of_part(over)
    totals = [total] if over.basis.is_compared else []
    pairs = [
        changes.of_visits(
            earlier_by[figure.section].score,
            figures.section_fractions(earlier, figure.section),
            figure.score,
            figures.section_fractions(later, figure.section),
        )
        for figure in shared
    ]
    rates = [rate for rate in _shared_rates(before, after) if over.has_rate(rate[0])]
    judged = changes.judge([*totals, *pairs, *(_rates_apart(checklist, *rate) for rate in rates)])
    score, told = judged[0] if totals else changes.not_compared(before.score), judged[len(totals) :]
    names = [figure.section for figure in shared]
    asked = [question for question, _, _ in rates]
    sections, questions = told[: len(names)], told[len(names) :]
    by_section, by_question = zip(names, sections, strict=True), zip(asked, questions, strict=True)
    return LastWave(name, score, tuple(by_section), tuple(by_question), over.basis)


def _total_of_part(over: Comparable) -> Comparison:
    was, now = figures.finals(over.before), figures.finals(over.after)
    found = changes.of_visits(figures.mean_of_visits(was), was, figures.mean_of_visits(now), now)
    return replace(found, is_part=True)


def _rates_apart(checklist: Checklist, question: str, before: Figure, after: Figure) -> Comparison:
    return changes.of_rates(before, after, checklist.question_by_name[question].is_reverse)


def _shared_rates(before: StoreFigures, after: StoreFigures) -> list[tuple[str, Figure, Figure]]:
    earlier = {figure.question: figure.rate for figure in before.questions}
    found = ((figure.question, earlier.get(figure.question), figure.rate) for figure in after.questions)
    both = ((name, first, second) for name, first, second in found if first is not None and second is not None)
    return [(name, first, second) for name, first, second in both if changes.is_comparable(first, second)]


def recompute(checklist: Checklist, stores: Sequence[StoreSnapshot]) -> WaveFigures:
    """The figures of a wave once more, from the visits that its snapshots hold and nothing else."""
    sums = [
        VisitSums(UUID(int=visit.number), store.store.code, visit.method, visit.final, visit.sections, visit.settings)
        for store in stores
        for visit in store.visits
    ]
    return figures.wave_figures(checklist, sums, [tally for store in stores for tally in _tallies(store)])


def _tallies(store: StoreSnapshot) -> list[Tally]:
    given = ((a.question, a.value) for visit in store.visits if visit.is_headline for a in visit.answers)
    counted = Counter(pair for pair in given if pair[1] in ("yes", "no"))
    names = dict.fromkeys(question for question, _ in counted)
    return [Tally(store.store.code, name, counted[name, "yes"], counted[name, "no"]) for name in names]
