"""Everything that a fieldworker's phone takes along, in one answer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import get_template_attribute, render_template, url_for
from flask.typing import ResponseReturnValue

from fieldstudy.core import drafts as rules
from fieldstudy.core.lifecycle import WITH_FIELDWORKER
from fieldstudy.models import Assignment, ChecklistVersion, Draft, Reference, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import offline as offline_queries
from fieldstudy.queries import references as reference_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import backups, visits
from fieldstudy.web import drafts as drafts_as_json
from fieldstudy.web import guards, locale
from fieldstudy.web.field import assets, record, tasks
from fieldstudy.web.field.tasks import Task
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers


@blueprint.get("/sync")
@for_fieldworkers()
def sync() -> ResponseReturnValue:
    """`as_of`: what was received before is in it, or else the phone sends it again."""
    as_of = now()
    found = tasks.of_all(visit_queries.list_own_assignments(guards.viewer()))
    luggage = _pack(found)
    return {
        "user": str(guards.viewer().user_id),
        "locale": locale.current(),
        "now": record.iso(now()),
        "as_of": record.iso(as_of),
        "backed_up_until": record.iso(backups.until()),
        "restored_at": record.iso(backups.restored_at()),
        "build": assets.bundle().build,
        "rooms": render_template("field/parts/rooms.html"),
        "assignments": [_task(task, luggage) for task in found],
    }


@dataclass(frozen=True)
class _Luggage:
    """What belongs to the tasks, by the id of the visit or the name of the form."""

    in_force: dict[tuple[UUID, str], ChecklistVersion]
    versions: dict[UUID, ChecklistVersion]
    drafts: dict[UUID, list[Draft]]
    photos: dict[UUID, list[Any]]
    jottings: dict[UUID, list[Any]]
    pictures: dict[UUID, list[Any]]
    asked: dict[tuple[UUID, str], Any] = field(default_factory=dict)

    def version_of(self, task: Task) -> ChecklistVersion | None:
        """The version of the visit that is under way, else the one in force."""
        if task.visit is not None:
            return self.versions.get(task.visit.checklist_version_id)
        return self.in_force.get((task.assignment.wave.study_id, task.assignment.form_id))

    def asked_of(self, task: Task) -> tasks.Asked | None:
        """Worked out once for all tasks with the same checklist."""
        version = self.version_of(task)
        if version is None:
            return None
        key = (version.id, str(task.assignment.method))
        if key not in self.asked:
            self.asked[key] = tasks.asked(task, version, locale.current())
        found: tasks.Asked | None = self.asked[key]
        return found


def _pack(found: Sequence[Task]) -> _Luggage:
    begun = [task.visit for task in found if task.visit is not None]
    visits = [task.visit for task in found if task.visit is not None and task.is_open]
    versions = offline_queries.list_versions([task.assignment for task in found if task.group != "sent"], visits)
    return _Luggage(
        in_force={(v.study_id, v.form_id): v for v in sorted(versions, key=checklist_queries.by_publication)},
        versions={version.id: version for version in versions},
        drafts=_grouped(offline_queries.list_drafts(begun), "visit_id"),
        photos=_grouped(offline_queries.list_photos(visits), "visit_id"),
        jottings=_grouped(offline_queries.list_jottings(visits), "visit_id"),
        pictures=_grouped(reference_queries.list_for_waves(task.assignment.wave_id for task in found), "wave_id"),
    )


def _grouped(rows: Iterable[Any], name: str) -> dict[UUID, list[Any]]:
    groups: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _task(task: Task, luggage: _Luggage) -> dict[str, Any]:
    """A visit that was sent needs no briefing and no form any more."""
    assignment = task.assignment
    version = luggage.version_of(task) if task.group != "sent" else None
    obstacle = tasks.obstacle(assignment, version) if task.group != "sent" else ""
    return {
        "id": str(assignment.id),
        "store": assignment.store.name,
        "timezone": assignment.store.timezone,
        "window": {"from": assignment.window_from.isoformat(), "to": assignment.window_to.isoformat()},
        "card": render_template("field/parts/card.html", task=task),
        "briefing": _briefing(task, luggage) if task.group != "sent" else "",
        "form": _form(assignment, version) if version else None,
        "version": str(version.id) if version else None,
        "method": str(assignment.method),
        "pictures": [_picture(each) for each in luggage.pictures[assignment.wave_id]] if task.group != "sent" else [],
        "may_start": not obstacle,
        "obstacle": obstacle,
        "visit": _visit(task.visit, task, luggage) if task.visit else None,
    }


def _briefing(task: Task, luggage: _Luggage) -> str:
    pictures = luggage.pictures[task.assignment.wave_id]
    return render_template("field/parts/briefing.html", task=task, asked=luggage.asked_of(task), pictures=pictures)


def _picture(reference: Reference) -> dict[str, str]:
    url = url_for("field.reference", reference_id=reference.id)
    return {"id": str(reference.id), "url": url, "caption": reference.caption}


def _form(assignment: Assignment, version: ChecklistVersion) -> str:
    return record.form_address(assignment.wave.study, version.id, assignment.method, locale.current())


def _visit(visit: Visit, task: Task, luggage: _Luggage) -> dict[str, Any]:
    kept = luggage.drafts[visit.id]
    drafts = kept if task.is_open else []
    draft = rules.newest(drafts, visit.revision)
    stay = visits.stay_of(visit, draft.raw if draft else {})
    stage = get_template_attribute("field/parts/place.html", "stage")
    return {
        "id": str(visit.id),
        "revision": visit.revision,
        "state": str(visit.state),
        "started_at": record.iso(visit.started_at),
        "entered_at": record.iso(stay.entered_at),
        "left_at": record.iso(stay.left_at),
        "raw": draft.raw if draft else {},
        "saved_at": record.iso(draft.saved_at) if draft else None,
        "drafts": drafts_as_json.of(drafts),
        "unsent": [] if task.is_open else [one.device for one in kept],
        "stage": "" if visit.state in WITH_FIELDWORKER else str(stage(visit, task.is_double)).strip(),
        "is_double": task.is_double,
        **record.kept(task.reasons, luggage.photos[visit.id], luggage.jottings[visit.id]),
    }
