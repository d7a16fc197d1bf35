"""What a coordinator plans with: assignments as they stand, progress by wave and by store."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from fieldstudy.core import lifecycle, ordering
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Store, Visit, Wave
from fieldstudy.queries import figures, reach

ASIDE = frozenset({State.HELD, State.EXCLUDED, State.VOID})
ARRIVED = lifecycle.ARRIVED - ASIDE
UNSENT = frozenset({State.IN_FIELD, State.SEALED})


@dataclass(frozen=True)
class StoreProgress:
    """Visits of one store in a wave: assigned, arrived from phones, come by a file, approved; and of these those that
    its figures rest on, and those on another form than they.

    A store of the client that has none of them has its line too: the wave may have been meant for it.
    """

    store: Store
    assigned: int
    from_file: int = 0
    arrived: int = 0
    approved: int = 0
    in_figures: int = 0
    other_form: int = 0

    @property
    def planned(self) -> int:
        return self.assigned + self.from_file

    @property
    def present(self) -> int:
        return self.arrived + self.from_file


@dataclass(frozen=True)
class WaveProgress:
    """`assigned` leaves out what was withdrawn; what came `from_file` has no assignment."""

    assigned: int
    unstarted: int
    from_file: int
    visits: Mapping[State, int]

    @property
    def in_the_field(self) -> int:
        """With the fieldworker, sent back ones included."""
        return self._count(lifecycle.WITH_FIELDWORKER | {State.SEALED})

    @property
    def to_review(self) -> int:
        return self._count(lifecycle.AWAITING_REVIEW)

    @property
    def approved(self) -> int:
        return self._count(lifecycle.COUNTING)

    @property
    def aside(self) -> int:
        return self._count(ASIDE)

    def _count(self, states: Iterable[State]) -> int:
        return sum(self.visits.get(state, 0) for state in states)


def find_assignment(viewer: Viewer, assignment_id: UUID) -> Assignment | None:
    """For coordinators of its client only."""
    query = select(Assignment).where(
        Assignment.id == assignment_id, reach.of_clients(viewer, Assignment.client_id, Role.COORDINATOR)
    )
    return db.session.scalar(query)


def progress_by_wave(waves: Sequence[Wave]) -> dict[UUID, WaveProgress]:
    """For all these waves in two queries."""
    ids = [wave.id for wave in waves]
    states: dict[UUID, dict[State, int]] = {wave_id: {} for wave_id in ids}
    visit_counts = (
        select(Visit.wave_id, Visit.state, func.count(), func.count().filter(Visit.assignment_id.is_(None)))
        .where(Visit.wave_id.in_(ids))
        .group_by(Visit.wave_id, Visit.state)
    )
    from_file: Counter[UUID] = Counter()
    for wave_id, state, count, without in db.session.execute(visit_counts):
        states[wave_id][state] = count
        from_file[wave_id] += without if state != State.VOID else 0
    in_order = {
        wave_id: {state: found[state] for state in State if state in found} for wave_id, found in states.items()
    }
    started = select(Visit.id).where(Visit.assignment_id == Assignment.id, Visit.state != State.VOID).exists()
    assigned = (
        select(Assignment.wave_id, func.count(), func.count().filter(~started))
        .where(Assignment.wave_id.in_(ids), Assignment.state != State.VOID)
        .group_by(Assignment.wave_id)
    )
    counts = {wave_id: (total, unstarted) for wave_id, total, unstarted in db.session.execute(assigned)}
    return {
        wave_id: WaveProgress(*counts.get(wave_id, (0, 0)), from_file[wave_id], in_order[wave_id]) for wave_id in ids
    }


def list_store_progress(wave: Wave) -> list[StoreProgress]:
    """All stores of the client, by code."""
    assigned = (
        select(Assignment.store_id, func.count())
        .where(Assignment.client_id == wave.client_id, Assignment.wave_id == wave.id, Assignment.state != State.VOID)
        .group_by(Assignment.store_id)
    )
    counts = {row[0]: row[1] for row in db.session.execute(assigned)}
    came = {row[0]: row[1:] for row in db.session.execute(_came(wave))}
    stores = db.session.scalars(select(Store).where(Store.client_id == wave.client_id))
    return [
        StoreProgress(store, counts.get(store.id, 0), *came.get(store.id, ()))
        for store in ordering.by_code(stores, lambda store: store.code)
    ]


def _came(wave: Wave) -> Select[*tuple[Any, ...]]:
    """For each store, in the order of StoreProgress."""
    is_counted, form_id = and_(*figures.counting(wave)), figures.form_of(wave).scalar_subquery()
    stages = (
        and_(Visit.assignment_id.is_(None), Visit.state != State.VOID),
        and_(Visit.assignment_id.is_not(None), Visit.state.in_(sorted(ARRIVED))),
        Visit.state.in_(sorted(lifecycle.COUNTING)),
        and_(is_counted, ChecklistVersion.form_id == form_id),
        and_(is_counted, ChecklistVersion.form_id != form_id),
    )
    return (
        select(Visit.store_id, *(func.count().filter(stage) for stage in stages))
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id)
        .group_by(Visit.store_id)
    )


def list_waves_by_study(study_ids: Sequence[UUID]) -> dict[UUID, list[Wave]]:
    """The newest wave first."""
    query = select(Wave).where(Wave.study_id.in_(study_ids)).order_by(Wave.starts_on.desc(), Wave.id)
    found: dict[UUID, list[Wave]] = {study_id: [] for study_id in study_ids}
    for wave in db.session.scalars(query):
        found[wave.study_id].append(wave)
    return found


@dataclass(frozen=True)
class ReleasePreview:
    """What a release would freeze (`stores`, `visits`), what would stay out of it, and what has not come at all:
    `unvisited` stores have an assignment and no visit that arrived, `unsent` assignments were not started or not sent.
    """

    stores: Sequence[Store]
    visits: int
    left_out: int
    """Stores of the client that get no report."""
    waiting: Mapping[State, int]
    aside: Mapping[State, int]
    closed: int
    """Approved visits that found the store closed: they are counted, and in no figure."""
    other_forms: int
    lone_stores: Sequence[Store]
    """Visited with another form only: they get no report."""
    unvisited: Sequence[Store]
    unsent: int
    unassigned: int
    """Stores of the client that the wave leaves alone."""


def preview_release(wave: Wave) -> ReleasePreview:
    """Visits on another form than the one that speaks for the wave stay out (`other_forms`)."""
    lines = list_store_progress(wave)
    progress = progress_by_wave([wave])[wave.id]
    states = progress.visits
    out = {state: count for state, count in states.items() if state not in lifecycle.COUNTING}
    frozen = [line for line in lines if line.in_figures]
    inside, other_forms = sum(line.in_figures for line in frozen), sum(line.other_form for line in lines)
    return ReleasePreview(
        stores=[line.store for line in frozen],
        visits=inside,
        left_out=len(lines) - len(frozen),
        waiting={state: count for state, count in out.items() if state not in ASIDE},
        aside={state: count for state, count in out.items() if state in ASIDE},
        closed=sum(line.approved for line in lines) - inside - other_forms,
        other_forms=other_forms,
        lone_stores=[line.store for line in lines if line.other_form and not line.in_figures],
        unvisited=[line.store for line in lines if line.assigned and not line.present],
        unsent=progress.unstarted + sum(states.get(state, 0) for state in UNSENT),
        unassigned=sum(not line.planned for line in lines),
    )
