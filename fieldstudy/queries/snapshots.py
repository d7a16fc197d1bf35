"""The report values of a wave's stores, assembled from a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from fieldstudy.core import feelings, lifecycle, moments, networks, ordering, scoring, snapshots, versions
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Settings
from fieldstudy.core.figures import StoreFigures, VisitSums, WaveFigures
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.scoring import Fired, QuestionScore
from fieldstudy.core.snapshots import (
    JottingRecord,
    OtherChecklists,
    PhotoRecord,
    Place,
    StoreSnapshot,
    VisitRecord,
    WaveFacts,
)
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Jotting, ScoreRow, Store, Visit, Wave
from fieldstudy.queries import figures as figure_rows
from fieldstudy.queries import studies, wave_changes
from fieldstudy.queries.figures import WaveChecklist
from fieldstudy.queries.visit_details import Details, Pool, answer, batches
from fieldstudy.queries.wave_changes import LastWaveFigures

N = TypeVar("N", Answer, QuestionScore, Fired)
"""What names a question."""
STORES_AT_ONCE = 50
ASIDE = (State.EXCLUDED, State.VOID, State.HELD)


@dataclass(frozen=True)
class Taken:
    """A store's snapshot, the version that explains it, and the visits in it with the settings that scored them."""

    store_id: UUID
    version: ChecklistVersion
    snapshot: StoreSnapshot
    visit_ids: tuple[UUID, ...]
    settings: tuple[Settings, ...]
    checklist: Checklist
    """That version as the client knows it, with what only older ones of the wave asked."""


@dataclass(frozen=True)
class _Wave:
    """What all stores of one wave share."""

    asked: WaveChecklist
    facts: WaveFacts
    figures: WaveFigures
    sums: Sequence[VisitSums]
    against: LastWaveFigures

    @property
    def checklist(self) -> Checklist:
        return self.asked.checklist

    @cached_property
    def stores(self) -> Mapping[str, StoreFigures]:
        return {one.store: one for one in self.figures.stores}

    @cached_property
    def sums_by_store(self) -> Mapping[str, list[VisitSums]]:
        return wave_changes.by_store(self.sums)


@dataclass(frozen=True)
class TakenWave:
    stores: Sequence[Taken]
    network: NetworkSnapshot | None


def take_wave(wave: Wave) -> TakenWave:
    """Every store with visits that count, and what they are together."""
    reader = WaveReader(wave)
    taken = list(reader.stores())
    return TakenWave(taken, reader.network([one.snapshot for one in taken]) if taken else None)


def take(wave: Wave, store: Store | None = None) -> list[Taken]:
    """Snapshots of every store with visits that count, by code; or of this store alone."""
    return list(WaveReader(wave, store).stores())


class WaveReader:
    """The stores of a wave with visits that count, or one of them, by code. Some are read at a time, and what was read
    of them is let go before the next: all rows of a large wave take a gigabyte.
    """

    def __init__(self, wave: Wave, store: Store | None = None) -> None:
        asked = figure_rows.find_wave_checklist(wave)
        self._wave = wave
        self._shared = None if asked is None else _shared(wave, asked)
        self._store_ids = [] if asked is None else _list_stores(wave, asked.newest.form_id, store)

    def __len__(self) -> int:
        return len(self._store_ids)

    def stores(self) -> Iterator[Taken]:
        if self._shared is None:
            return
        form_id, pool = self._shared.asked.newest.form_id, Pool()
        counts = _counts(self._wave, form_id)
        for store_ids in batches(self._store_ids, STORES_AT_ONCE):
            yield from _take_stores(self._shared, _visits(self._wave, form_id, store_ids), counts, pool)

    def network(self, stores: Sequence[StoreSnapshot]) -> NetworkSnapshot:
        """From the snapshots of all of its stores, of which there is one at least."""
        shared = self._shared
        if shared is None:
            raise ValueError("no visit counts")
        last = shared.against.network(shared.figures, shared.sums)
        return networks.gather(shared.checklist, stores, last, _by_fieldworker(self._wave, shared.checklist))


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


def _take_stores(shared: _Wave, visits: Sequence[Visit], counts: "_Counts", pool: Pool) -> Iterator[Taken]:
    details = Details(visits, pool)
    by_store: dict[UUID, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_store[visit.store_id].append(visit)
    taken = [_take(shared, rows, details, counts) for rows in by_store.values()]
    yield from ordering.by_code(taken, lambda one: one.snapshot.store.code)


def _counts(wave: Wave, form_id: str) -> "_Counts":
    return _Counts(
        _count_planned(wave),
        _count_visits(wave, Visit.state.in_(ASIDE)),
        _count_visits(wave, Visit.state.in_(sorted(lifecycle.COUNTING)), Visit.outcome == Outcome.STORE_CLOSED),
        _count_others(wave, form_id),
    )


def _shared(wave: Wave, asked: WaveChecklist) -> _Wave:
    found, sums = figure_rows.wave_figures(wave, asked)
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
        asked.uses,
        asked.former,
        _other_checklists(wave, asked.newest.form_id),
        asked.internal,
    )
    return _Wave(asked, facts, found, sums, wave_changes.against_last(wave, asked))


def _list_stores(wave: Wave, form_id: str, store: Store | None) -> list[UUID]:
    query = (
        select(Store.id, Store.code)
        .join(Visit, Visit.store_id == Store.id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*figure_rows.counting(wave), ChecklistVersion.form_id == form_id)
        .distinct()
    )
    found = db.session.execute(query.where(Store.id == store.id) if store else query)
    return [row.id for row in ordering.by_code(found, lambda row: row.code)]


def _visits(wave: Wave, form_id: str, store_ids: Sequence[UUID]) -> list[Visit]:
    query = (
        select(Visit)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*figure_rows.counting(wave), ChecklistVersion.form_id == form_id, Visit.store_id.in_(store_ids))
        .options(joinedload(Visit.assignment), joinedload(Visit.checklist_version))
        .order_by(Visit.started_at, Visit.id)
    )
    return list(db.session.scalars(query))


def _count_visits(wave: Wave, *conditions: ColumnElement[bool]) -> dict[UUID, int]:
    """By store."""
    query = (
        select(Visit.store_id, func.count())
        .where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id, *conditions)
        .group_by(Visit.store_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _other_checklists(wave: Wave, form_id: str) -> OtherChecklists:
    is_other = ChecklistVersion.form_id != form_id
    query = (
        select(Store.code, Store.name, func.count().filter(is_other), func.count())
        .join(Visit, Visit.store_id == Store.id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*figure_rows.counting(wave))
        .group_by(Store.id, Store.code, Store.name)
    )
    by_code = ordering.by_code(db.session.execute(query), lambda row: row.code)
    rows = [(name, others, every) for _, name, others, every in by_code]
    lone = tuple(name for name, others, every in rows if others == every)
    return OtherChecklists(sum(others for _, others, _ in rows), lone)


def _count_others(wave: Wave, form_id: str) -> dict[UUID, int]:
    query = (
        select(Visit.store_id, func.count())
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*figure_rows.counting(wave), ChecklistVersion.form_id != form_id)
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


@dataclass(frozen=True)
class _Counts:
    """By store: what is in no figure of it, and what was planned."""

    planned: Mapping[UUID, int]
    aside: Mapping[UUID, int]
    closed: Mapping[UUID, int]
    other_checklists: Mapping[UUID, int]


def _take(shared: _Wave, visits: Sequence[Visit], details: Details, counts: _Counts) -> Taken:
    store = visits[0].store
    own = shared.stores[store.code]
    records = tuple(_record(shared, number, visit, details) for number, visit in enumerate(visits, 1))
    made = [(visit.checklist_version.number, visit.method) for visit in visits if _is_headline(shared, visit)]
    encounters = [encounter for record in records if record.is_headline for encounter in record.encounters]
    snapshot = StoreSnapshot(
        facts=shared.facts,
        store=Place(store.code, store.name, store.city, store.region, store.address, store.timezone),
        visits=records,
        figures=own,
        network=shared.figures.network,
        last=shared.against.store(own, shared.sums_by_store[store.code]),
        curve=feelings.feeling_curve(shared.checklist.sections, encounters),
        planned=counts.planned.get(store.id, 0),
        set_aside=counts.aside.get(store.id, 0),
        found_closed=counts.closed.get(store.id, 0),
        other_checklists=counts.other_checklists.get(store.id, 0),
        asked=shared.asked.versions.asked(made),
        versions=versions.of_visits(shared.facts.versions, [number for number, _ in made]),
    )
    settings = tuple(visit.checklist_version.content.settings for visit in visits)
    ids = tuple(visit.id for visit in visits)
    return Taken(store.id, shared.asked.newest, snapshot, ids, settings, shared.checklist)


def _is_headline(shared: _Wave, visit: Visit) -> bool:
    return visit.method in shared.checklist.settings.headline_methods


def _record(shared: _Wave, number: int, visit: Visit, details: Details) -> VisitRecord:
    """Its questions go by the names that they have in the whole wave."""
    zone, names = ZoneInfo(visit.store.timezone), shared.asked.versions.renamed(visit.checklist_version.number)
    rows = details.answers[visit.id]
    answers = tuple(map(answer, rows))
    score = details.scores[visit.id][0]
    whole = VisitRecord(
        number=number,
        method=visit.method,
        is_headline=_is_headline(shared, visit),
        started_at=visit.started_at.astimezone(zone),
        ended_at=visit.ended_at.astimezone(zone) if visit.ended_at else None,
        gold_role=visit.gold_role,
        disclosure=visit.disclosure,
        scenario=visit.assignment.scenario if visit.assignment else "",
        raw=score.raw,
        final=score.final,
        fired=_renamed(score.fired, names),
        sections=tuple(details.sections[visit.id]),
        questions=_renamed(_question_scores(visit, answers), names),
        answers=_renamed(answers, names),
        encounters=tuple(details.encounters[visit.id]),
        jottings=_jottings(visit, zone, details.jottings[visit.id]),
        photos=tuple(
            PhotoRecord(names.get(p.question, p.question), p.sha256, _in(zone, p.taken_at), p.width, p.height)
            for p in details.photos[visit.id]
        ),
        moments=tuple(
            (names.get(row.question, row.question), moments.when(row.given_at, visit.stay))
            for row in rows
            if row.given_at
        ),
        entered_at=_in(zone, visit.entered_at) if visit.entered_at else None,
        left_at=_in(zone, visit.left_at) if visit.left_at else None,
        settings=shared.asked.other_settings(visit.checklist_version.number),
    )
    content, pool = visit.checklist_version.content, details.pool
    shown = snapshots.visit_for_client(whole, content, shared.asked.versions.by_number[visit.checklist_version.number])
    return replace(
        shown,
        sections=pool.share(shown.sections),
        questions=pool.share(shown.questions),
        answers=pool.share(shown.answers),
        encounters=pool.share(shown.encounters),
    )


def _jottings(visit: Visit, zone: ZoneInfo, rows: Sequence[Jotting]) -> tuple[JottingRecord, ...]:
    """As the study says on the day of the release: nothing where they stay with the agency."""
    if not visit.study.shares_jottings_of(visit.method):
        return ()
    return tuple(JottingRecord(row.section, _in(zone, row.jotted_at), row.text) for row in rows)


def _renamed(records: Sequence[N], names: Mapping[str, str]) -> tuple[N, ...]:
    return tuple(replace(one, question=names[one.question]) if one.question in names else one for one in records)


def _question_scores(visit: Visit, answers: Sequence[Answer]) -> tuple[QuestionScore, ...]:
    """Points of single questions are not stored; they follow from the answers and the visit's own version."""
    on = visit.started_at.astimezone(ZoneInfo(visit.store.timezone)).date()
    return scoring.score(visit.checklist_version.content, visit.method, answers, on).questions


def _in(zone: ZoneInfo, at: datetime) -> datetime:
    return at.astimezone(zone)
