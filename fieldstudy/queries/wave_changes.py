"""A wave held against the one before it, over what both measured alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fieldstudy.core import comparability, networks, scoring, snapshots
from fieldstudy.core.answers import Answer
from fieldstudy.core.comparability import OTHER_CHECKLIST, Alike, Comparable
from fieldstudy.core.figures import StoreFigures, VisitSums, WaveFigures
from fieldstudy.core.networks import LastNetwork
from fieldstudy.core.snapshots import LastWave
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, ChecklistVersion, Store, Visit, Wave
from fieldstudy.queries import figures as figure_rows
from fieldstudy.queries import studies
from fieldstudy.queries.figures import WaveChecklist


@dataclass(frozen=True)
class LastWaveFigures:
    """The wave before `wave`, by its own checklist; `last` is None where there is none with visits that count."""

    wave: Wave
    asked: WaveChecklist
    last: Wave | None = None
    last_asked: WaveChecklist | None = None
    figures: WaveFigures | None = None
    sums: Sequence[VisitSums] = ()

    def network(self, now: WaveFigures, sums: Sequence[VisitSums]) -> LastNetwork | None:
        before = self.figures
        if self.last is None or before is None:
            return None
        over = self._over(self.sums, sums)
        return networks.compare(
            self.asked.checklist, self.last.name, before.stores, before.network, now.stores, now.network, over
        )

    def store(self, now: StoreFigures, sums: Sequence[VisitSums]) -> LastWave | None:
        """`sums` are of this store's visits."""
        before = self._stores.get(now.store)
        if self.last is None or before is None:
            return None
        earlier, later = self._sums_by_store.get(now.store, []), sums
        over = self._over(earlier, later)
        return snapshots.compare(self.asked.checklist, self.last.name, before, earlier, now, later, over)

    @cached_property
    def _stores(self) -> dict[str, StoreFigures]:
        return {one.store: one for one in self.figures.stores} if self.figures else {}

    @cached_property
    def _sums_by_store(self) -> dict[str, list[VisitSums]]:
        return by_store(self.sums)

    def _over(self, before: Sequence[VisitSums], now: Sequence[VisitSums]) -> Comparable:
        if self.alike is None:
            return OTHER_CHECKLIST
        return comparability.comparable(self.alike, before, now, self.finals_of_part)

    @cached_property
    def alike(self) -> Alike | None:
        """None where the waves were made with different checklists, and not with versions of one."""
        if self.last_asked is None or self.last_asked.newest.form_id != self.asked.newest.form_id:
            return None
        both = {**self.last_asked.versions.by_number, **self.asked.versions.by_number}
        return comparability.alike(list(both.values()))

    @cached_property
    def finals_of_part(self) -> dict[UUID, Decimal | None]:
        """Of every visit of both waves; read only where not all questions are alike."""
        if self.alike is None or self.alike.is_whole or not self.alike.has_total or self.last is None:
            return {}
        return {
            visit_id: final
            for wave in (self.last, self.wave)
            for visit_id, final in _finals(wave, self.asked.newest.form_id, self.alike.questions).items()
        }


def by_store(sums: Iterable[VisitSums]) -> dict[str, list[VisitSums]]:
    found: dict[str, list[VisitSums]] = {}
    for row in sums:
        found.setdefault(row.store, []).append(row)
    return found


def against_last(wave: Wave, asked: WaveChecklist) -> LastWaveFigures:
    last = studies.find_wave_before(wave)
    last_asked = figure_rows.find_wave_checklist(last) if last else None
    if last is None or last_asked is None:
        return LastWaveFigures(wave, asked)
    return LastWaveFigures(wave, asked, last, last_asked, *figure_rows.wave_figures(last, last_asked))


def _finals(wave: Wave, form_id: str, questions: frozenset[str]) -> dict[UUID, Decimal | None]:
    """Each visit scored by its own version, over these questions only."""
    rows = db.session.execute(
        select(Visit.id, Visit.method, Visit.started_at, Store.timezone, ChecklistVersion)
        .join(Store, Store.id == Visit.store_id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*figure_rows.counting(wave), ChecklistVersion.form_id == form_id)
    )
    answers = _answers(wave)
    found = {}
    for visit_id, method, started_at, timezone, version in rows:
        on = started_at.astimezone(ZoneInfo(timezone)).date()
        scored = scoring.score(version.content, method, answers.get(visit_id, []), on)
        found[visit_id] = scoring.total_of_part(version.content, scored, questions)
    return found


def _answers(wave: Wave) -> dict[UUID, list[Answer]]:
    query = (
        select(AnswerRow.visit_id, AnswerRow.question, AnswerRow.value, AnswerRow.is_na, AnswerRow.comment)
        .join(Visit, Visit.id == AnswerRow.visit_id)
        .where(*figure_rows.counting(wave), AnswerRow.revision == Visit.revision)
    )
    found: dict[UUID, list[Answer]] = {}
    for visit_id, question, value, is_na, comment in db.session.execute(query):
        found.setdefault(visit_id, []).append(Answer(question, value, is_na, comment))
    return found
