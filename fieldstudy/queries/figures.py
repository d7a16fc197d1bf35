"""Thin rows of the visits that count; what they mean is core.figures' business."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from fieldstudy.core import figures, internal, lifecycle, norms, ordering, versions
from fieldstudy.core.checklist import Checklist, Settings
from fieldstudy.core.figures import Tally, VisitSums, WaveFigures
from fieldstudy.core.scoring import SectionScore
from fieldstudy.core.versions import Former, Versions, VersionUse
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, ChecklistVersion, ScoreRow, SectionScoreRow, Store, Visit, Wave

HASH_CHARACTERS = 8
"""Enough to tell the files of one study apart."""


@dataclass(frozen=True)
class WaveChecklist:
    """The version that speaks for a wave, and all that its visits were made with, as the client knows them."""

    newest: ChecklistVersion
    versions: Versions
    uses: tuple[VersionUse, ...]
    internal: tuple[str, ...] = ()
    """What a version of the form that no visit was made with marks: the client does not read that either."""

    def other_settings(self, number: int) -> Settings | None:
        """Of that version, where they are not those of the newest."""
        own = self.versions.by_number[number].settings
        return None if own == self.versions.newest.settings else own

    @cached_property
    def former(self) -> tuple[Former, ...]:
        return self.versions.former()

    @cached_property
    def checklist(self) -> Checklist:
        """With a row for everything that any version asks."""
        return versions.extended(self.versions.newest, self.former)


def list_visit_sums(wave: Wave, asked: WaveChecklist) -> list[VisitSums]:
    sections: dict[UUID, list[SectionScore]] = {}
    for row in db.session.execute(
        select(
            SectionScoreRow.visit_id,
            SectionScoreRow.section,
            SectionScoreRow.earned,
            SectionScoreRow.possible,
            SectionScoreRow.weight,
            SectionScoreRow.na_count,
            SectionScoreRow.is_zeroed,
        )
        .join(Visit, Visit.id == SectionScoreRow.visit_id)
        .where(*counting(wave))
    ):
        sections.setdefault(row.visit_id, []).append(SectionScore(*row[1:]))
    query = (
        select(Visit.id, Store.code, Visit.method, ScoreRow.final, ChecklistVersion.number)
        .join(Store, Store.id == Visit.store_id)
        .join(ScoreRow, ScoreRow.visit_id == Visit.id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*counting(wave), ChecklistVersion.form_id == asked.newest.form_id)
        .order_by(Visit.started_at, Visit.id)
    )
    found = [
        VisitSums(visit_id, code, method, final, tuple(sections.get(visit_id, ())), asked.other_settings(number))
        for visit_id, code, method, final, number in db.session.execute(query)
    ]
    return ordering.by_code(found, lambda sums: sums.store)


def list_tallies(wave: Wave, asked: WaveChecklist) -> list[Tally]:
    """Yes and no of each question and store, counted by the database, over the headline methods."""
    checklist = asked.checklist
    query = (
        select(Store.code, AnswerRow.question, AnswerRow.value, ChecklistVersion.number, func.count())
        .join(Visit, Visit.id == AnswerRow.visit_id)
        .join(Store, Store.id == Visit.store_id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(
            *counting(wave),
            ChecklistVersion.form_id == checklist.form_id,
            AnswerRow.revision == Visit.revision,
            Visit.method.in_(checklist.settings.headline_methods),
            AnswerRow.value.in_(("yes", "no")),
        )
        .group_by(Store.code, AnswerRow.question, AnswerRow.value, ChecklistVersion.number)
    )
    return _tallies(asked, db.session.execute(query))


def _tallies(asked: WaveChecklist, rows: Iterable[Any]) -> list[Tally]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for code, question, value, number, count in rows:
        name = asked.versions.renamed(number).get(question, question)
        counts.setdefault((code, name), Counter())[value] += count
    return [Tally(code, question, found["yes"], found["no"]) for (code, question), found in counts.items()]


def counting(wave: Wave) -> tuple[ColumnElement[bool], ...]:
    """A visit that found the store closed was made well, but it asked nothing: it is in no base and no mean."""
    return (
        Visit.client_id == wave.client_id,
        Visit.wave_id == wave.id,
        Visit.state.in_(sorted(lifecycle.COUNTING)),
        Visit.outcome.is_(None),
    )


def find_checklist(wave: Wave) -> ChecklistVersion | None:
    """The version that speaks for the wave: the newest of the form that most of its visits used."""
    form_id = db.session.scalar(form_of(wave))
    if form_id is None:
        return None
    versions = (
        select(ChecklistVersion)
        .join(Visit, Visit.checklist_version_id == ChecklistVersion.id)
        .where(*counting(wave), ChecklistVersion.form_id == form_id)
        .order_by(ChecklistVersion.number.desc())
        .limit(1)
    )
    return db.session.scalar(versions)


def form_of(wave: Wave) -> Select[Any]:
    """The id of the form that most of its visits used."""
    return (
        select(ChecklistVersion.form_id)
        .join(Visit, Visit.checklist_version_id == ChecklistVersion.id)
        .where(*counting(wave))
        .group_by(ChecklistVersion.form_id)
        .order_by(func.count().desc(), ChecklistVersion.form_id)
        .limit(1)
        .correlate(None)
    )


def find_wave_checklist(wave: Wave) -> WaveChecklist | None:
    newest = find_checklist(wave)
    if newest is None:
        return None
    used = (
        select(Visit.checklist_version_id, Visit.method, func.count())
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*counting(wave), ChecklistVersion.form_id == newest.form_id)
        .group_by(Visit.checklist_version_id, Visit.method)
    )
    visits: Counter[UUID] = Counter()
    for version_id, method, count in db.session.execute(used):
        visits[version_id] += count * (method in newest.content.settings.headline_methods)
    rows = db.session.scalars(select(ChecklistVersion).where(ChecklistVersion.id.in_(list(visits))))
    found = sorted(rows, key=lambda version: -version.number)
    latest = _latest(newest)
    shown = internal.of_versions({one.number: one.content for one in found}, latest)
    later = internal.marked(latest) - internal.names(newest.content)
    return WaveChecklist(newest, Versions(shown), tuple(_uses(found, visits, shown)), tuple(sorted(later)))


def _latest(version: ChecklistVersion) -> Checklist:
    query = select(ChecklistVersion).where(
        ChecklistVersion.study_id == version.study_id, ChecklistVersion.form_id == version.form_id
    )
    return db.session.scalars(query.order_by(ChecklistVersion.number.desc()).limit(1)).one().content


def _uses(
    found: Iterable[ChecklistVersion], visits: Mapping[UUID, int], shown: Mapping[int, Checklist]
) -> Iterator[VersionUse]:
    for one in found:
        content, weights = one.content, norms.of_version(shown[one.number])
        key = one.sha256[:HASH_CHARACTERS]
        yield VersionUse(one.number, key, content.version, visits[one.id], content.settings, weights)


def wave_figures(wave: Wave, asked: WaveChecklist) -> tuple[WaveFigures, Sequence[VisitSums]]:
    sums = list_visit_sums(wave, asked)
    return figures.wave_figures(asked.checklist, sums, list_tallies(wave, asked)), sums
