"""Start, draft, submit, review."""

from datetime import timedelta

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.drafts import PAGE, SENT
from fieldstudy.core.lifecycle import MoveIsNotAllowed, State
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Conflict,
    Draft,
    JournalLine,
    ReturnReason,
    ScoreRow,
    SectionScoreRow,
    Submission,
    Visit,
)
from fieldstudy.models.columns import new_id
from fieldstudy.services import assignments, checklists, photos, visits
from tests import factories as make

pytestmark = pytest.mark.usefixtures("app")


def count(table: type) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def test_start_refuses_without_a_staff_notice() -> None:
    assignment = make.assignment(make.wave(make.study(notice_on=None)))
    with pytest.raises(visits.StaffNoticeIsMissing):
        visits.start(assignment, new_id(), None, make.NOON)


def test_start_refuses_before_the_day_of_the_staff_notice() -> None:
    assignment = make.assignment(make.wave(make.study(notice_on=make.TODAY + timedelta(days=1))))
    with pytest.raises(visits.StaffNoticeIsMissing):
        visits.start(assignment, new_id(), None, make.NOON)


def test_a_visit_starts_with_the_version_in_force_and_keeps_its_own() -> None:
    wave = make.wave()
    older, newer = make.version(wave.study), make.version(wave.study)
    under_way = make.visit(make.assignment(wave))
    checklists.put_in_force(older)
    assert make.visit(make.assignment(wave)).checklist_version_id == older.id
    assert under_way.checklist_version_id == newer.id


def test_the_same_uuid_again_is_the_same_visit() -> None:
    assignment, visit_id = make.assignment(), new_id()
    first = visits.start(assignment, visit_id, None, make.NOON)
    assert visits.start(assignment, visit_id, None, make.NOON) is first


def test_a_uuid_of_another_assignment_is_refused() -> None:
    visit = make.visit()
    with pytest.raises(visits.VisitIsSomebodyElses):
        visits.start(make.assignment(), visit.id, None, make.NOON)


COVERT = {
    "method": Method.NON_PARTICIPANT_OBSERVATION,
    "gold_role": "complete_observer",
    "disclosure": "covert",
    "covert_reason": "People act differently when watched.",
}


def test_covert_observation_waits_for_a_second_person() -> None:
    assignment = make.assignment(**COVERT)
    with pytest.raises(visits.CovertIsNotApproved):
        visits.start(assignment, new_id(), None, make.NOON)


def test_covert_observation_starts_once_a_second_person_agrees() -> None:
    study = make.study()
    assignment = make.assignment(make.wave(study), **COVERT)
    assignments.approve_covert(assignment, make.user(Role.REVIEWER, study.client).id)
    assert visits.start(assignment, new_id(), None, make.NOON).disclosure == "covert"


def test_the_author_may_not_approve_covert_observation() -> None:
    study = make.study()
    author = make.user(Role.COORDINATOR, study.client)
    assignment = make.assignment(make.wave(study), author=author.id, **COVERT)
    with pytest.raises(assignments.ApproverIsAuthor):
        assignments.approve_covert(assignment, author.id)


def test_a_draft_keeps_what_was_typed_wrong_or_not() -> None:
    visit = make.visit()
    visits.save_draft(visit, {"q-wait": ["two minutes"]}, make.NOON)
    assert db.session.get(Draft, (visit.id, PAGE)).raw == {"q-wait": ["two minutes"]}


def test_submit_receives_answers_score_and_sections_together() -> None:
    visit = make.received()
    score = db.session.get(ScoreRow, visit.id)
    assert (visit.state, count(AnswerRow), count(SectionScoreRow)) == (State.RECEIVED, 2, 2)
    assert (score.earned, score.possible, str(score.final)) == (1, 2, "0.5")


def test_submit_with_problems_receives_nothing_and_keeps_the_draft() -> None:
    visit = make.visit()
    outcome = visits.submit(visit, 1, {"q-words": ["typed"]}, None, make.NOON)
    assert ([p.key for p in outcome.reading.problems], visit.state) == (["required"], State.IN_FIELD)
    assert db.session.get(Draft, (visit.id, PAGE)).raw == {"q-words": ["typed"]}


def test_the_same_content_again_gets_the_first_receipt() -> None:
    visit = make.visit()
    first = visits.submit(visit, 1, make.GOOD, None, make.NOON).receipt
    again = visits.submit(visit, 1, {**make.GOOD, "q-words": [""]}, None, make.NOON + timedelta(hours=1))
    assert (again.receipt, again.is_replay, count(Submission)) == (first, True, 1)


def test_other_content_under_the_same_key_is_kept_beside_it() -> None:
    visit = make.received()
    for _ in range(2):
        outcome = visits.submit(visit, 1, {**make.GOOD, "q-greeted": ["no"]}, None, make.NOON)
    assert (outcome.is_conflict, count(Submission), count(Conflict)) == (True, 1, 1)


def test_submit_refuses_a_closed_visit() -> None:
    visit = make.approved()
    with pytest.raises(visits.VisitIsClosed):
        visits.submit(visit, 2, make.GOOD, None, make.NOON)


def test_a_draft_is_refused_once_the_visit_is_sent() -> None:
    with pytest.raises(visits.VisitIsClosed):
        visits.save_draft(make.received(), {}, make.NOON)


def test_a_second_visit_of_one_assignment_is_held() -> None:
    assignment = make.assignment()
    other = visits.start(assignment, new_id(), None, make.NOON)
    make.received(assignment)
    visits.submit(other, 1, make.GOOD, None, make.NOON)
    assert other.state == State.HELD


def test_a_return_opens_the_next_revision_as_it_was_sent() -> None:
    visit = make.received()
    visits.send_back(visit, {"greeted": "By whom?", "receipt": " "}, None)
    assert (visit.state, visit.revision, count(ReturnReason)) == (State.RETURNED, 2, 1)
    assert db.session.get(Draft, (visit.id, SENT)).raw == make.GOOD


def test_a_time_that_was_sent_as_seconds_comes_back_with_its_minutes() -> None:
    """As it was typed it would stand there as a bare number; a text of the same digits stays as it is."""
    visit = make.received(raw={**make.GOOD, "q-wait": ["72"], "c-wait": ["72"]})
    visits.send_back(visit, {"wait": "Sure?"}, None)
    raw = db.session.get(Draft, (visit.id, SENT)).raw
    assert (raw["q-wait"], raw["c-wait"]) == (["1:12"], ["72"])


def test_a_return_needs_a_reason() -> None:
    with pytest.raises(visits.ReasonIsMissing):
        visits.send_back(make.received(), {"greeted": " "}, None)


def test_a_corrected_visit_replaces_the_score_and_keeps_both_answers() -> None:
    visit = make.received()
    visits.send_back(visit, {"": "Refresh."}, None)
    visits.submit(visit, 2, {**make.GOOD, "q-receipt": ["yes"]}, None, make.NOON)
    values = db.session.scalars(db.select(AnswerRow.value).where(AnswerRow.question == "receipt").order_by("revision"))
    assert (visit.state, str(db.session.get(ScoreRow, visit.id).final), list(values)) == (
        "received",
        "1",
        ["no", "yes"],
    )


def test_approve_goes_through_review() -> None:
    visit = make.received()
    visits.approve(visit, None)
    assert visit.state == State.APPROVED


def test_approve_refuses_what_was_not_sent() -> None:
    with pytest.raises(MoveIsNotAllowed):
        visits.approve(make.visit(), None)


def test_setting_aside_needs_a_reason() -> None:
    with pytest.raises(visits.ReasonIsMissing):
        visits.set_aside(make.received(), State.VOID, " ", None)


def test_a_held_visit_returns_to_the_queue() -> None:
    visit = make.received()
    visits.set_aside(visit, State.HELD, "Ask the shopper", None)
    visits.set_aside(visit, State.RECEIVED, "", None)
    assert visit.state == State.RECEIVED


def test_every_act_writes_one_line() -> None:
    make.approved()
    verbs = list(db.session.scalars(db.select(JournalLine.verb).order_by(JournalLine.id)))
    assert verbs[-3:] == ["visit.started", "visit.submitted", "visit.approved"]


def test_a_line_of_the_journal_cannot_be_changed() -> None:
    make.client()
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(db.update(JournalLine).values(verb="other"))
    db.session.rollback()


def test_visits_keep_their_version_when_a_new_one_is_published(app: Flask) -> None:
    visit = make.visit()
    before = visit.checklist_version_id
    make.version(visit.study)
    assert db.session.get(Visit, visit.id).checklist_version_id == before


def test_a_photo_is_kept_whatever_becomes_of_the_form() -> None:
    visit = make.visit()
    photo = photos.keep(visit, "window", make.picture(), None)
    visits.submit(visit, 1, {}, None, make.NOON)
    assert photo.removed_at is None


def test_the_same_picture_at_one_question_is_kept_once() -> None:
    visit = make.visit()
    assert (
        photos.keep(visit, "window", make.picture(), None).id == photos.keep(visit, "window", make.picture(), None).id
    )
