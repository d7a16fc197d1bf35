"""Who visits which store, when and how."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.core import access, ordering, search
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import MoveIsNotAllowed
from fieldstudy.core.stance import StanceIsWrong
from fieldstudy.models import Assignment, Store, User, Wave
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import planning
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.assignments import WaveAssignments
from fieldstudy.services import assignments
from fieldstudy.services.assignments import Skipped, Task
from fieldstudy.web import clock, guards, locale
from fieldstudy.web import hints as hint_words
from fieldstudy.web.studio import wording
from fieldstudy.web.studio.forms import AssignForm, WithdrawForm
from fieldstudy.web.studio.list_forms import AssignmentListForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators

PAIR_LIMIT = 2_000


@blueprint.get("/waves/<uuid:wave_id>/assignments")
@for_coordinators(wave=study_queries.find_wave)
def assignment_list(wave: Wave) -> ResponseReturnValue:
    lines = WaveAssignments(wave)
    form = AssignmentListForm(lines, formdata=request.args)
    today = clock.today()
    page = lines.list_page(form.wanted, today, form.number)
    return render_template(
        "studio/assignment_list.html",
        wave=wave,
        form=form,
        page=page,
        found=page.found,
        today=today,
        outside_wave=lambda day: hint_words.outside_wave(locale.current_words(), day),
    )


@blueprint.get("/waves/<uuid:wave_id>/assign")
@for_coordinators(wave=study_queries.find_wave)
def assign(wave: Wave) -> ResponseReturnValue:
    return _assign_page(wave, _assign_form(wave, window_from=wave.starts_on, window_to=wave.ends_on))


@blueprint.post("/waves/<uuid:wave_id>/assign")
@for_coordinators(wave=study_queries.find_wave)
def assign_post(wave: Wave) -> ResponseReturnValue:
    form = _assign_form(wave)
    if form.find.data:
        return _assign_page(wave, form)
    done = _assign(wave, form) if form.validate() else None
    if done is None:
        return _assign_page(wave, form), 422
    flash(_said(*done))
    return redirect(url_for("studio.assignment_list", wave_id=wave.id), 303)


def _assign_form(wave: Wave, **data: object) -> AssignForm:
    return AssignForm(
        people_queries.list_fieldworkers_for_client(wave.client_id),
        study_queries.list_stores_for_client(wave.client_id),
        checklist_queries.list_in_force(wave.study),
        data=data,
    )


def _assign_page(wave: Wave, form: AssignForm) -> str:
    return render_template(
        "studio/assign.html",
        wave=wave,
        form=form,
        people=_people(form, wave.client_id, people_queries.list_fieldworkers_for_client(wave.client_id)),
        regions=_by_region(form, study_queries.list_stores_for_client(wave.client_id)),
    )


def _people(form: AssignForm, client_id: UUID, people: Sequence[User]) -> list[tuple[Any, list[Role]]]:
    """The checkboxes of those who fit the search or are ticked, by name, with the roles in which they may be sent."""
    by_id = {str(user.id): user for user in people}
    found = [(option, by_id[option.data]) for option in form.fieldworkers]
    fitting = [
        (option, user)
        for option, user in found
        if option.checked or search.matches(form.find_person.data, (user.name, user.email))
    ]
    in_order = sorted(fitting, key=lambda one: ordering.natural_key(one[1].name or one[1].email))
    return [(option, _field_roles(client_id, user)) for option, user in in_order]


def _field_roles(client_id: UUID, user: User) -> list[Role]:
    held = people_queries.roles_at(client_id, user)
    return [role for role in Role if role in held & access.FIELDWORKERS]


def _by_region(form: AssignForm, stores: Sequence[Store]) -> dict[str, list[tuple[Any, Store]]]:
    """The checkboxes of the stores that fit the search or are ticked, by region; stores without one come last."""
    by_id = {str(store.id): store for store in stores}
    regions: dict[str, list[tuple[Any, Store]]] = {}
    for option in ordering.by_code(form.stores, lambda option: by_id[option.data].code):
        store = by_id[option.data]
        texts = (store.code, store.name, store.city, store.region)
        if option.checked or search.matches(form.find_store.data, texts):
            regions.setdefault(store.region, []).append((option, store))
    return dict(sorted(regions.items(), key=lambda item: (not item[0], item[0])))


def _assign(wave: Wave, form: AssignForm) -> tuple[int, Skipped] | None:
    people, stores = _chosen(wave, form)
    if len(people) * len(stores) > PAIR_LIMIT:
        limit = locale.current_words().integer(PAIR_LIMIT)
        form.stores.errors = [_("At most %(limit)s visits at once: choose fewer stores or people.", limit=limit)]
        return None
    try:
        made, skipped = assignments.assign(wave, people, stores, _task(form), current_user.id)
    except StanceIsWrong as wrong:
        field, sentence = wording.stance_problem(wrong.key)
        form[field].errors = [sentence]
    except assignments.MethodIsNotTheirs as refusal:
        form.method.errors = [_not_theirs(form, refusal.users)]
    except assignments.WindowIsReversed:
        form.window_to.errors = [_("The last day lies before the first.")]
    except assignments.WaveIsReleased:
        form.form_errors.append(_("This wave has been released in the meantime: nothing can be added to it."))
    else:
        return len(made), skipped
    return None


def _not_theirs(form: AssignForm, users: Sequence[User]) -> str:
    words = locale.current_words()
    names, method = words.listing(user.name or user.email for user in users), words.name(Method(form.method.data))
    return ngettext(
        "%(names)s has no role for this method (%(method)s). Choose another person, or add the role under People.",
        "%(names)s have no role for this method (%(method)s). Choose other people, or add the role under People.",
        len(users),
        names=names,
        method=method,
    )


def _chosen(wave: Wave, form: AssignForm) -> tuple[list[User], list[Store]]:
    people = people_queries.list_fieldworkers_for_client(wave.client_id)
    stores = study_queries.list_stores_for_client(wave.client_id)
    return (
        [user for user in people if str(user.id) in form.fieldworkers.data],
        [store for store in stores if str(store.id) in form.stores.data],
    )


def _task(form: AssignForm) -> Task:
    return Task(
        method=Method(form.method.data),
        form_id=form.form_id.data,
        window_from=form.window_from.data,
        window_to=form.window_to.data,
        scenario=form.scenario.data or "",
        briefing=form.briefing.data or "",
        gold_role=form.gold_role.data or "",
        disclosure=form.disclosure.data or "",
        covert_reason=form.covert_reason.data or "",
        allows_repeat=form.allows_repeat.data,
    )


def _said(made: int, skipped: Skipped) -> str:
    said = [ngettext("%(num)s visit assigned.", "%(num)s visits assigned.", made)]
    if skipped.assigned:
        said.append(
            ngettext(
                "%(num)s was there already and was skipped.",
                "%(num)s were there already and were skipped.",
                skipped.assigned,
            )
        )
    if skipped.visited:
        said.append(
            ngettext(
                "%(num)s was skipped because the person has already been to that store in this wave.",
                "%(num)s were skipped because the person has already been to that store in this wave.",
                skipped.visited,
            )
        )
    return " ".join(said)


@blueprint.get("/assignments/<uuid:assignment_id>/withdraw")
@for_coordinators(assignment=planning.find_assignment)
def withdraw(assignment: Assignment) -> ResponseReturnValue:
    return render_template("studio/withdraw.html", assignment=assignment, form=WithdrawForm())


@blueprint.post("/assignments/<uuid:assignment_id>/withdraw")
@for_coordinators(assignment=planning.find_assignment)
def withdraw_post(assignment: Assignment) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.validate():
        return render_template("studio/withdraw.html", assignment=assignment, form=form), 422
    try:
        assignments.withdraw(assignment, current_user.id, form.reason.data)
    except (assignments.AssignmentIsStarted, MoveIsNotAllowed):
        flash(_("It could not be withdrawn: it has been started, or withdrawn already."), "problem")
    else:
        flash(_("Withdrawn: %(store)s.", store=assignment.store.name))
    return redirect(url_for("studio.assignment_list", wave_id=assignment.wave_id), 303)


@blueprint.post("/assignments/<uuid:assignment_id>/approve")
@for_coordinators(assignment=planning.find_assignment)
def approve_covert(assignment: Assignment) -> ResponseReturnValue:
    if assignment not in visit_queries.list_covert_to_approve(guards.viewer()):
        flash(_("This observation does not wait for an approval any more."))
        return redirect(url_for("studio.wave", wave_id=assignment.wave_id), 303)
    try:
        assignments.approve_covert(assignment, current_user.id)
    except assignments.ApproverIsAuthor:
        flash(_("You made this assignment. Covert work needs the yes of a second person."), "problem")
    else:
        flash(_("Approved: the covert observation at %(store)s may start.", store=assignment.store.name))
    return redirect(url_for("studio.wave", wave_id=assignment.wave_id), 303)
