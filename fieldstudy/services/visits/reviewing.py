"""What a reviewer decides about a visit. `seen` is the mark of the page that it was decided from."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core import answers as answering
from fieldstudy.core import lifecycle
from fieldstudy.core.answers import Raw
from fieldstudy.core.answers.readers import to_clock
from fieldstudy.core.checklist import QuestionType
from fieldstudy.core.drafts import SENT
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, EncounterRow, ReturnReason, Visit
from fieldstudy.models.columns import now
from fieldstudy.services import journal
from fieldstudy.services.visits import drafts
from fieldstudy.services.visits.decisions import decision
from fieldstudy.services.visits.moving import move
from fieldstudy.services.visits.receiving import find_submission


class ReasonIsMissing(Exception):
    pass


def take(visit: Visit, actor: UUID, seen: str | None = None) -> None:
    """A reviewer opens a received visit, or once more one that was approved or excluded.

    A returned one has no answers in its new revision yet: it comes back by being sent.
    """
    with decision(visit, seen):
        if visit.state == State.RETURNED:
            raise lifecycle.MoveIsNotAllowed(visit.state, State.IN_REVIEW)
        move(visit, State.IN_REVIEW)
        journal.write("visit.in_review", visit, actor)


def approve(visit: Visit, actor: UUID | None, seen: str | None = None) -> None:
    with decision(visit, seen):
        _into_review(visit)
        move(visit, State.APPROVED)
        visit.state_reason = ""
        journal.write("visit.approved", visit, actor, revision=visit.revision)


def _into_review(visit: Visit) -> None:
    if visit.state in (State.RECEIVED, State.EXCLUDED):
        move(visit, State.IN_REVIEW)


def send_back(visit: Visit, reasons: Mapping[str, str], actor: UUID | None, seen: str | None = None) -> None:
    """Return with a reason per question (the empty name: the visit as a whole); opens revision n + 1."""
    written = {question: text.strip() for question, text in reasons.items() if text.strip()}
    if not written:
        raise ReasonIsMissing
    with decision(visit, seen):
        _into_review(visit)
        move(visit, State.RETURNED)
        visit.revision += 1
        drafts.keep(visit, _sent(visit, visit.revision - 1), now(), SENT)
        for question, text in written.items():
            db.session.add(
                ReturnReason(
                    client_id=visit.client_id,
                    visit_id=visit.id,
                    revision=visit.revision,
                    question=question,
                    text=text,
                )
            )
        journal.write("visit.returned", visit, actor, revision=visit.revision, questions=sorted(written))


def _sent(visit: Visit, revision: int) -> Raw:
    """The raw text of the revision that was received, so that the fieldworker finds it as it was sent; a time that was
    typed as bare seconds has its minutes.
    """
    submission = find_submission(visit.id, revision)
    if submission is not None:
        return _with_minutes(submission.content["raw"], visit)
    key = {"visit_id": visit.id, "revision": revision}
    answers = [_answer(row) for row in db.session.scalars(select(AnswerRow).filter_by(**key))]
    encounters = [_encounter(row) for row in db.session.scalars(select(EncounterRow).filter_by(**key))]
    return answering.to_raw(answers, encounters, visit.checklist_version.content)


def _with_minutes(raw: Raw, visit: Visit) -> Raw:
    times = [question for question in visit.checklist_version.content.questions if question.type == QuestionType.TIMER]
    fields = {answering.answer_field(question.name) for question in times}
    return {name: [to_clock(text) for text in texts] if name in fields else texts for name, texts in raw.items()}


def _answer(row: AnswerRow) -> answering.Answer:
    return answering.Answer(row.question, row.value, row.is_na, row.comment)


def _encounter(row: EncounterRow) -> answering.Encounter:
    return answering.Encounter(row.section, row.feeling, row.arousal, row.met_at, row.crowding)


def set_aside(visit: Visit, state: State, reason: str, actor: UUID | None, seen: str | None = None) -> None:
    """Hold, exclude or void, with a reason; or (to received) take a held visit up again."""
    if state in lifecycle.NEEDS_REASON and not reason.strip():
        raise ReasonIsMissing
    with decision(visit, seen):
        move(visit, state)
        visit.state_reason = reason.strip()
        journal.write(f"visit.{state}", visit, actor, reason=reason.strip())
