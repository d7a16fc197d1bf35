"""The queue, one visit with all that lies behind it, and what a reviewer decides about it."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _

from fieldstudy.core import access, lifecycle
from fieldstudy.core.access import VISIT_READERS, Role
from fieldstudy.core.lifecycle import MoveIsNotAllowed, State
from fieldstudy.models import Assignment, Photo, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import hints, review_queue, reviews
from fieldstudy.queries import sendings as sending_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.reviews import Review
from fieldstudy.queries.visit_pdfs import Audience
from fieldstudy.services import assignments, photos, visits
from fieldstudy.web import guards, locale, papers, pictures
from fieldstudy.web import hints as hint_words
from fieldstudy.web.desk.forms import (
    NEWEST_FIRST,
    NOTHING,
    PILES,
    STATES_OF,
    AsideForm,
    Pile,
    QueueForm,
    ReturnForm,
    list_undrawn,
    return_form,
    seen,
)
from fieldstudy.web.desk.room import blueprint
from fieldstudy.web.desk.teller import Teller
from fieldstudy.web.papers import PaperForm


@blueprint.get("/")
@guards.allow(Role.REVIEWER)
def visit_list() -> ResponseReturnValue:
    viewer = guards.viewer()
    form = QueueForm(formdata=request.args)
    counts = _count_piles(review_queue.count(viewer, form.search))
    found = review_queue.list_page(
        viewer, form.search, STATES_OF[form.pile], counts[form.pile], form.number, form.pile in NEWEST_FIRST
    )
    return render_template(
        "desk/visit_list.html",
        form=form,
        piles=PILES,
        counts=counts,
        found=found,
        quarantined=sending_queries.count_open_quarantined(viewer),
        conflicted=sending_queries.list_conflicted(viewer),
        covert=visit_queries.list_covert_to_approve(viewer),
        empty=NOTHING,
        ago=_ago,
        local=_local,
    )


def _count_piles(by_state: dict[State, int]) -> dict[Pile, int]:
    return {pile: sum(by_state.get(state, 0) for state in states) for pile, states in STATES_OF.items()}


def _ago(at: datetime) -> str:
    return str(format_timedelta(at - now(), add_direction=True))


def _local(visit: Visit, at: datetime) -> datetime:
    return visits.local(at, visit.store.timezone)


@blueprint.get("/visits/<uuid:visit_id>")
@guards.allow(*VISIT_READERS, visit=reviews.find_readable_visit)
def visit(visit: Visit) -> ResponseReturnValue:
    return visit_page(reviews.take(visit), mark=visits.mark(visit))


def visit_page(
    review: Review, returning: ReturnForm | None = None, aside: AsideForm | None = None, mark: str | None = None
) -> str:
    """What was sent stands in the forms again. A page that was refused keeps its mark, also none: only one that says
    that the visit is to be looked at again takes the mark of now.
    """
    visit, viewer = review.visit, guards.viewer()
    decides = access.reaches_client(viewer, visit.client_id, Role.REVIEWER)
    may = _allowed(visit, decides)
    knows_people = access.reaches_client(viewer, visit.client_id, Role.COORDINATOR)
    returning = returning or return_form(_names(review))
    aside = aside or AsideForm(visit)
    return render_template(
        "desk/visit.html",
        review=review,
        visit=visit,
        hints=[hint_words.say(locale.current_words(), hint) for hint in hints.of_visit(visit)],
        tell=Teller(locale.current_words(), visit, with_names=knows_people),
        decides=decides,
        may=may,
        may_choose=lambda visit, conflict: decides and visits.may_choose(visit, conflict),
        returning=returning,
        aside=aside,
        seen=seen() if mark is None else mark,
        undrawn=list_undrawn(returning if may["send_back"] else None, aside),
        next_visit=reviews.find_next(viewer, visit) if decides else None,
    )


def _names(review: Review) -> list[str]:
    return [question.question.name for question in review.questions]


def _allowed(visit: Visit, decides: bool) -> dict[str, bool]:
    """What the page offers, nothing to a coordinator who is no reviewer; guards and services decide again."""
    is_open = visit.state in lifecycle.AWAITING_REVIEW
    may_be_corrected = visit.fieldworker.user_id is not None
    offered = {
        "take": visit.state == State.RECEIVED,
        "reopen": visit.state in (State.APPROVED, State.EXCLUDED),
        "release": visit.state == State.HELD,
        "approve": is_open,
        "send_back": is_open and may_be_corrected,
    }
    return {act: decides and is_offered for act, is_offered in offered.items()}


@blueprint.get("/visits/<uuid:visit_id>/report.pdf")
@guards.allow(*VISIT_READERS, visit=reviews.find_readable_visit)
def visit_pdf(visit: Visit) -> ResponseReturnValue:
    language = PaperForm(request.args).language(locale.current())
    return papers.send_visit(visit, language, _address(visit), Audience.OFFICE)


@blueprint.post("/visits/<uuid:visit_id>/take")
@guards.allow(Role.REVIEWER, visit=reviews.find_visit)
def take(visit: Visit) -> ResponseReturnValue:
    """Opens it for review; also an approved or excluded visit, once more."""
    visits.take(visit, guards.viewer().user_id, seen())
    return redirect(_address(visit), 303)


@blueprint.post("/visits/<uuid:visit_id>/approve")
@guards.allow(Role.REVIEWER, visit=reviews.find_visit)
def approve(visit: Visit) -> ResponseReturnValue:
    visits.approve(visit, guards.viewer().user_id, seen())
    return _go_on(visit, _("Approved: %(visit)s.", visit=_name(visit)))


@blueprint.post("/visits/<uuid:visit_id>/send-back")
@guards.allow(Role.REVIEWER, visit=reviews.find_visit)
def send_back(visit: Visit) -> ResponseReturnValue:
    review = reviews.take(visit)
    form = return_form(_names(review))
    if not form.validate():
        return visit_page(review, returning=form), 422
    try:
        visits.send_back(visit, form.texts, guards.viewer().user_id, seen())
    except visits.ReasonIsMissing:
        form.of("").errors = [_("Write at least one reason, beside a question or here.")]
        return visit_page(review, returning=form), 422
    return _go_on(visit, _("Sent back: %(visit)s.", visit=_name(visit)))


@blueprint.post("/visits/<uuid:visit_id>/set-aside")
@guards.allow(Role.REVIEWER, visit=reviews.find_visit)
def set_aside(visit: Visit) -> ResponseReturnValue:
    form = AsideForm(visit)
    if not form.validate():
        return visit_page(reviews.take(visit), aside=form), 422
    visits.set_aside(visit, State(form.state.data), form.reason.data, guards.viewer().user_id, seen())
    return _go_on(visit, _("Set aside: %(visit)s.", visit=_name(visit)))


@blueprint.post("/visits/<uuid:visit_id>/release")
@guards.allow(Role.REVIEWER, visit=reviews.find_visit)
def release(visit: Visit) -> ResponseReturnValue:
    """A held visit goes back into the queue."""
    visits.set_aside(visit, State.RECEIVED, "", guards.viewer().user_id, seen())
    flash(_("The visit is back in the queue."))
    return redirect(_address(visit), 303)


def _address(visit: Visit) -> str:
    return url_for("desk.visit", visit_id=visit.id)


def _name(visit: Visit) -> str:
    return f"{visit.store.name}, {visit.fieldworker.code}"


def _go_on(visit: Visit, sentence: str) -> ResponseReturnValue:
    """To the visit that waits longest now, or to the queue when nothing waits."""
    flash(sentence)
    following = reviews.find_next(guards.viewer(), visit)
    return redirect(_address(following) if following else url_for("desk.visit_list"), 303)


@blueprint.errorhandler(MoveIsNotAllowed)
def tell_why_not(error: MoveIsNotAllowed) -> ResponseReturnValue:
    """Somebody else was quicker, or the page was old."""
    words = locale.current_words()
    flash(
        _(
            "That could not be done: this visit is “%(before)s” now and cannot become “%(after)s”.",
            before=words.name(error.before),
            after=words.name(error.after),
        ),
        "problem",
    )
    arguments: dict[str, Any] = request.view_args or {}
    return redirect(url_for("desk.visit", **arguments), 303)


@blueprint.errorhandler(visits.PageIsOld)
def show_as_it_is_now(error: visits.PageIsOld) -> ResponseReturnValue:
    """With what the reviewer had written."""
    flash(_why_refused(locale.current_words().name(error.visit.state)), "problem")
    return visit_page(reviews.take(error.visit), mark=visits.mark(error.visit)), 409


def _why_refused(state: str) -> str:
    if not seen():
        return _(
            "Nothing was done: what was sent does not say what you had looked at. This visit is “%(state)s” now. "
            "Look at it again, then decide.",
            state=state,
        )
    return _(
        "Nothing was done: this visit is “%(state)s” now, and it has changed since you opened the page. "
        "Look at it again, then decide.",
        state=state,
    )


@blueprint.get("/photos/<uuid:photo_id>")
@guards.allow(*VISIT_READERS, photo=visit_queries.find_photo_for_review)
def photo(photo: Photo) -> ResponseReturnValue:
    return pictures.send(photo.sha256)


@blueprint.get("/photos/<uuid:photo_id>/small")
@guards.allow(*VISIT_READERS, photo=visit_queries.find_photo_for_review)
def small_photo(photo: Photo) -> ResponseReturnValue:
    return pictures.send(photo.sha256, photos.SMALL)


@blueprint.post("/assignments/<uuid:assignment_id>/approve")
@guards.allow(Role.REVIEWER, assignment=visit_queries.find_assignment)
def approve_covert(assignment: Assignment) -> ResponseReturnValue:
    viewer = guards.viewer()
    if assignment not in visit_queries.list_covert_to_approve(viewer):
        flash(_("This observation does not wait for an approval any more."))
        return redirect(url_for("desk.visit_list"), 303)
    try:
        assignments.approve_covert(assignment, viewer.user_id)
    except assignments.ApproverIsAuthor:
        flash(_("You made this assignment. Covert work needs the yes of a second person."), "problem")
    else:
        flash(_("Approved: the covert observation at %(store)s may start.", store=assignment.store.name))
    return redirect(url_for("desk.visit_list"), 303)
