"""What a store will do about a question or a touchpoint, and whether it was done."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from fieldstudy.core.checklist import Checklist, ExPro
from fieldstudy.extensions import db
from fieldstudy.models import Action, StoreEdition, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import journal, papers, unit, visits


class SubjectIsUnknown(LookupError):
    """The checklist of the report has no such question or touchpoint."""


class ActionIsEmpty(ValueError):
    """It does not say what will be done."""


class DueBeforeTheWave(ValueError):
    """Nothing that answers a wave is due before it began."""


class DoneInTheFuture(ValueError):
    """A day that is still to come where the store is."""


@dataclass(frozen=True)
class Plan:
    """About a question, or (empty question) a touchpoint. Without a lever: the question's own."""

    text: str
    section: str = ""
    question: str = ""
    lever: ExPro | None = None
    owner: str = ""
    due_on: date | None = None


def add(store_edition: StoreEdition, plan: Plan, actor: UUID | None) -> Action:
    """An action of the store on what its report says."""
    section, lever = _subject(store_edition.checklist, plan)
    _check_due(plan, store_edition.edition.wave)
    action = Action(
        id=new_id(),
        client_id=store_edition.client_id,
        wave_id=store_edition.edition.wave_id,
        store_id=store_edition.store_id,
        section=section,
        question=plan.question,
        lever=plan.lever or lever,
        text=_text(plan),
        owner=plan.owner.strip(),
        due_on=plan.due_on,
        created_by=actor,
    )
    with unit.work():
        db.session.add(action)
        db.session.flush()
        journal.write("action.added", action, actor, section=section, question=plan.question)
        papers.refresh(action.wave, action.store)
    return action


def change(action: Action, plan: Plan, actor: UUID | None) -> None:
    """What, by which lever, who and until when; what it is about stays."""
    text = _text(plan)
    _check_due(plan, action.wave)
    with unit.work(action):
        action.text, action.lever = text, plan.lever
        action.owner, action.due_on = plan.owner.strip(), plan.due_on
        journal.write("action.changed", action, actor)
        papers.refresh(action.wave, action.store)


def finish(action: Action, done_on: date, result: str, actor: UUID | None) -> None:
    """Done on that day, with what came of it as far as the store can tell."""
    if done_on > visits.local(now(), action.store.timezone).date():
        raise DoneInTheFuture
    with unit.work(action):
        action.done_on, action.result = done_on, result.strip()
        journal.write("action.finished", action, actor, done_on=done_on.isoformat())
        papers.refresh(action.wave, action.store)


def reopen(action: Action, actor: UUID | None) -> None:
    with unit.work(action):
        action.done_on = None
        journal.write("action.reopened", action, actor)
        papers.refresh(action.wave, action.store)


def remove(action: Action, actor: UUID | None) -> None:
    """The journal keeps what it said."""
    with unit.work(action):
        journal.write("action.removed", action, actor, text=action.text, question=action.question)
        db.session.execute(delete(Action).where(Action.id == action.id))
        papers.refresh(action.wave, action.store)


def _subject(checklist: Checklist, plan: Plan) -> tuple[str, ExPro | None]:
    """The touchpoint's name, and the lever that the question itself names."""
    if plan.question:
        section = checklist.section_of.get(plan.question)
        if section is None:
            raise SubjectIsUnknown(plan.question)
        return section.name, checklist.question_by_name[plan.question].expro
    if plan.section not in {section.name for section in checklist.sections}:
        raise SubjectIsUnknown(plan.section)
    return plan.section, None


def _check_due(plan: Plan, wave: Wave) -> None:
    if plan.due_on is not None and plan.due_on < wave.starts_on:
        raise DueBeforeTheWave


def _text(plan: Plan) -> str:
    text = plan.text.strip()
    if not text:
        raise ActionIsEmpty
    return text
