"""The report values of a wave's stores, assembled from a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from fieldstudy.core import figures, lifecycle, moments, networks, scoring, snapshots
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import Checklist, Settings
from fieldstudy.core.figures import StoreFigures, VisitSums, WaveFigures
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.core.networks import LastNetwork, NetworkSnapshot
from fieldstudy.core.scoring import QuestionScore, SectionScore
from fieldstudy.core.snapshots import (
    JottingRecord,
    LastWave,
    PhotoRecord,
    Place,
    StoreSnapshot,
    VisitRecord,
    WaveFacts,
)
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Assignment,
    ChecklistVersion,
    EncounterRow,
    Jotting,
    Photo,
    ScoreRow,
    SectionScoreRow,
    Store,
    Visit,
    Wave,
)
from fieldstudy.queries import figures as figure_rows
from fieldstudy.queries import studies

R = TypeVar("R")
ASIDE = (State.EXCLUDED, State.VOID, State.HELD)


@dataclass(frozen=True)
class Taken:
    """A store's snapshot, the version that explains it, and the visits in it with the settings that scored them."""

    store_id: UUID
    version: ChecklistVersion
    snapshot: StoreSnapshot
    visit_ids: tuple[UUID, ...]
    settings: tuple[Settings, ...]


@dataclass(frozen=True)
class _Wave:
    """What all stores of one wave share."""

    version: ChecklistVersion
    facts: WaveFacts
    figures: WaveFigures
    sums: Sequence[VisitSums]
    last: Wave | None
    last_figures: WaveFigures | None
    last_sums: Sequence[VisitSums]

    @property
    def checklist(self) -> Checklist:
        return self.version.content


@dataclass(frozen=True)
class TakenWave:
    stores: Sequence[Taken]
    network: NetworkSnapshot | None


def take_wave(wave: Wave) -> TakenWave:
    """Every store with visits that count, and what they are together."""
    version = figure_rows.find_checklist(wave)
    if version is None:
        return TakenWave((), None)
    shared = _shared(wave, version)
    taken = _take_stores(wave, shared, None)
    if not taken:
        return TakenWave((), None)
    stores = [one.snapshot for one in taken]
    by_fieldworker = _by_fieldworker(wave, version.content)
    return TakenWave(taken, networks.gather(version.content, stores, _last_network(shared), by_fieldworker))


def _last_network(shared: _Wave) -> LastNetwork | None:
    if shared.last is None or shared.last_figures is None:
        return None
    before, now = shared.last_figures, shared.figures
    return networks.compare(shared.checklist, shared.last.name, before.stores, before.network, now.stores, now.network)


def _by_fieldworker(wave: Wave, checklist: Checklist) -> dict[UUID, list[Decimal]]:
    """The finals of each fieldworker's visits, for the spread between them and nothing else."""
    query = (
        select(Visit.fieldworker_id, ScoreRow.final)
        .join(ScoreRow, ScoreRow.visit_id == Visit.id)
        .where(
            Visit.client_id == wave.client_id,
            Visit.wave_id == wave.id,
            Visit.state.in_(sorted(lifecycle.COUNTING)),
            Visit.method.in_(checklist.settings.headline_methods),
        )
    )
    finals: dict[UUID, list[Decimal]] = defaultdict(list)
    for fieldworker_id, final in db.session.execute(query):
        if final is not None:
            finals[fieldworker_id].append(final)
    return finals


def take(wave: Wave, store: Store | None = None) -> list[Taken]:
    """Snapshots of every store with visits that count, by code; or of this store alone."""
    version = figure_rows.find_checklist(wave)
    return [] if version is None else _take_stores(wave, _shared(wave, version), store)


def _take_stores(wave: Wave, shared: _Wave, store: Store | None) -> list[Taken]:
    version = shared.version
    visits = _visits(wave, version.form_id, store)
    details = _Details(visits)
    aside, planned, closed = _count_aside(wave), _count_planned(wave), _count_closed(wave)
    by_store: dict[UUID, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_store[visit.store_id].append(visit)
    taken = [
        _take(shared, rows, details, planned.get(store_id, 0), aside.get(store_id, 0), closed.get(store_id, 0))
        for store_id, rows in by_store.items()
    ]
    return sorted(taken, key=lambda t: t.snapshot.store.code)


def _shared(wave: Wave, version: ChecklistVersion) -> _Wave:
    found, sums = figure_rows.wave_figures(wave, version.content)
    last = studies.find_wave_before(wave)
    last_found, last_sums = figure_rows.wave_figures(last, version.content) if last else (None, [])
    waves = list(studies.list_waves_for_study(wave.study))
    facts = WaveFacts(
        wave.study.client.name,
        wave.study.name,
        wave.study.slug,
        wave.study.purpose,
        wave.name,
        wave.starts_on,
        wave.ends_on,
        waves.index(wave) + 1,
        len(waves),
    )
    return _Wave(version, facts, found, sums, last, last_found, last_sums)


def _visits(wave: Wave, form_id: str, store: Store | None) -> list[Visit]:
    query = (
        select(Visit)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*figure_rows.counting(wave), ChecklistVersion.form_id == form_id)
        .options(joinedload(Visit.assignment), joinedload(Visit.checklist_version))
        .order_by(Visit.started_at, Visit.id)
    )
    return list(db.session.scalars(query.where(Visit.store_id == store.id) if store else query))


def _count_aside(wave: Wave) -> dict[UUID, int]:
    query = (
        select(Visit.store_id, func.count())
        .where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id, Visit.state.in_(ASIDE))
        .group_by(Visit.store_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _count_closed(wave: Wave) -> dict[UUID, int]:
    query = (
        select(Visit.store_id, func.count())
        .where(
            Visit.client_id == wave.client_id,
            Visit.wave_id == wave.id,
            Visit.state.in_(sorted(lifecycle.COUNTING)),
            Visit.outcome == Outcome.STORE_CLOSED,
        )
        .group_by(Visit.store_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _count_planned(wave: Wave) -> dict[UUID, int]:
    query = (
        select(Assignment.store_id, func.count())
        .where(Assignment.client_id == wave.client_id, Assignment.wave_id == wave.id, Assignment.state != State.VOID)
        .group_by(Assignment.store_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


class _Details:
    """Answers, encounters, jottings, photos and scores of many visits, each read once."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self._ids = [visit.id for visit in visits]
        self.answers = self._by_visit(AnswerRow, lambda row: row, _of_revision(AnswerRow))
        self.encounters = self._by_visit(EncounterRow, _encounter, _of_revision(EncounterRow))
        self.jottings = self._by_visit(Jotting, lambda row: row, lambda query: query.order_by(Jotting.jotted_at))
        self.photos = self._by_visit(Photo, lambda row: row, _present)
        self.sections = self._by_visit(SectionScoreRow, _section, lambda query: query)
        self.scores = self._by_visit(ScoreRow, lambda row: row, lambda query: query)

    def _by_visit(
        self, table: Any, read: Callable[[Any], R], narrow: Callable[[Select[Any]], Select[Any]]
    ) -> dict[UUID, list[R]]:
        found: dict[UUID, list[R]] = defaultdict(list)
        for batch in _batches(self._ids):
            for row in db.session.scalars(narrow(select(table).where(table.visit_id.in_(batch)))):
                found[row.visit_id].append(read(row))
        return found


def _batches(ids: Sequence[UUID], size: int = 500) -> Iterable[Sequence[UUID]]:
    """SQLite takes a bounded number of parameters in one statement."""
    return (ids[i : i + size] for i in range(0, len(ids), size))


def _of_revision(table: Any) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: query.join(Visit, Visit.id == table.visit_id).where(table.revision == Visit.revision)


def _present(query: Select[Any]) -> Select[Any]:
    return query.where(Photo.removed_at.is_(None)).order_by(Photo.taken_at, Photo.id)


def _answer(row: AnswerRow) -> Answer:
    return Answer(row.question, row.value, row.is_na, row.comment)


def _encounter(row: EncounterRow) -> Encounter:
    return Encounter(row.section, row.feeling, row.arousal, row.met_at, row.crowding)


def _section(row: SectionScoreRow) -> SectionScore:
    return SectionScore(row.section, row.earned, row.possible, row.weight, row.na_count, row.is_zeroed)


def _take(shared: _Wave, visits: Sequence[Visit], details: _Details, planned: int, aside: int, closed: int) -> Taken:
    store = visits[0].store
    own = next(found for found in shared.figures.stores if found.store == store.code)
    records = tuple(_record(shared.checklist, number, visit, details) for number, visit in enumerate(visits, 1))
    encounters = [encounter for record in records if record.is_headline for encounter in record.encounters]
    snapshot = StoreSnapshot(
        facts=shared.facts,
        store=Place(store.code, store.name, store.city, store.region, store.address, store.timezone),
        visits=records,
        figures=own,
        network=shared.figures.network,
        last=_last(shared, own),
        curve=figures.feeling_curve(shared.checklist.sections, encounters),
        planned=planned,
        set_aside=aside,
        found_closed=closed,
    )
    settings = tuple(visit.checklist_version.content.settings for visit in visits)
    return Taken(store.id, shared.version, snapshot, tuple(visit.id for visit in visits), settings)


def _last(shared: _Wave, own: StoreFigures) -> LastWave | None:
    if shared.last is None or shared.last_figures is None:
        return None
    before = next((found for found in shared.last_figures.stores if found.store == own.store), None)
    if before is None:
        return None
    return snapshots.compare(
        shared.checklist,
        shared.last.name,
        before,
        [row for row in shared.last_sums if row.store == own.store],
        own,
        [row for row in shared.sums if row.store == own.store],
    )


def _record(checklist: Checklist, number: int, visit: Visit, details: _Details) -> VisitRecord:
    zone = ZoneInfo(visit.store.timezone)
    rows = details.answers[visit.id]
    answers = tuple(map(_answer, rows))
    score = details.scores[visit.id][0]
    return VisitRecord(
        number=number,
        method=visit.method,
        is_headline=visit.method in checklist.settings.headline_methods,
        started_at=visit.started_at.astimezone(zone),
        ended_at=visit.ended_at.astimezone(zone) if visit.ended_at else None,
        gold_role=visit.gold_role,
        disclosure=visit.disclosure,
        scenario=visit.assignment.scenario if visit.assignment else "",
        raw=score.raw,
        final=score.final,
        fired=score.fired,
        sections=tuple(details.sections[visit.id]),
        questions=_question_scores(visit, answers),
        answers=answers,
        encounters=tuple(details.encounters[visit.id]),
        jottings=tuple(JottingRecord(j.section, _in(zone, j.jotted_at), j.text) for j in details.jottings[visit.id]),
        photos=tuple(
            PhotoRecord(p.question, p.sha256, _in(zone, p.taken_at), p.width, p.height)
            for p in details.photos[visit.id]
        ),
        moments=tuple((row.question, moments.when(row.given_at, visit.stay)) for row in rows if row.given_at),
        entered_at=_in(zone, visit.entered_at) if visit.entered_at else None,
        left_at=_in(zone, visit.left_at) if visit.left_at else None,
    )


def _question_scores(visit: Visit, answers: Sequence[Answer]) -> tuple[QuestionScore, ...]:
    """Points of single questions are not stored; they follow from the answers and the visit's own version."""
    on = visit.started_at.astimezone(ZoneInfo(visit.store.timezone)).date()
    return scoring.score(visit.checklist_version.content, visit.method, answers, on).questions


def _in(zone: ZoneInfo, at: datetime) -> datetime:
    return at.astimezone(zone)
