"""What stores will do about what they read: managers and coordinators write it, for the stores within their reach."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import Action, StoreEdition, Wave
from fieldstudy.queries import actions as action_queries
from fieldstudy.queries import releases
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import Voice
from fieldstudy.services import actions, visits
from fieldstudy.services.actions import DoneInTheFuture, DueBeforeTheWave, Plan
from fieldstudy.web import clock, guards, locale
from fieldstudy.web.manager import plans, tables
from fieldstudy.web.manager.forms import (
    QUESTION,
    SECTION,
    ActionForm,
    DownloadForm,
    FinishForm,
    PlanForm,
    SubjectForm,
)
from fieldstudy.web.manager.views.room import blueprint, for_readers


@blueprint.get("/stores/<uuid:store_edition_id>/actions")
@for_readers(store_edition=action_queries.find_store_edition)
def action_list(store_edition: StoreEdition) -> ResponseReturnValue:
    """What the store will do about this wave, and what came of what it did about the last one."""
    voice = _voice(store_edition)
    now_planned, before = action_queries.list_for_report(store_edition)
    case = Case(store_edition.shown, voice.checklist, voice.words)
    shown = [plans.table(voice, now_planned, clock.today()), plans.results(case, before, clock.today())]
    return tables.asked(shown, store_edition.store.name, DownloadForm(request.args)) or render_template(
        "manager/action_list.html",
        edition=store_edition,
        is_readable=releases.find_store_edition(guards.viewer(), store_edition.id) is not None,
        actions=shown[0],
        results=shown[1],
        addresses=tables.addresses,
    )


def _voice(store_edition: StoreEdition) -> Voice:
    return Voice(store_edition.checklist, locale.current_words())


@blueprint.get("/waves/<uuid:wave_id>/actions/new")
@for_readers(wave=action_queries.find_wave)
def action_new(wave: Wave) -> ResponseReturnValue:
    """Filled in as far as the link says what it is about and of which store."""
    stores = _stores(wave)
    wanted = SubjectForm(request.args)
    form = ActionForm(stores, stores[0].checklist, formdata=None)
    form.store.data, form.about.data = _wanted_store(stores, wanted), wanted.about.data
    form.lever.data = _lever_of(stores[0], wanted.about.data or "")
    return _form_page(wave, form)


def _stores(wave: Wave) -> list[StoreEdition]:
    found = list(action_queries.list_stores_to_act(guards.viewer(), wave))
    return found or abort(404)


def _wanted_store(stores: list[StoreEdition], wanted: SubjectForm) -> str:
    """The one that the link names, or the only one; nobody else's choice is made for them."""
    known = [str(one.id) for one in stores]
    if len(known) == 1:
        return known[0]
    return wanted.store.data if wanted.store.data in known else ""


def _lever_of(store_edition: StoreEdition, about: str) -> str:
    """The lever that the question itself names."""
    question = store_edition.checklist.question_by_name.get(about.removeprefix(QUESTION))
    return question.expro.value if question and question.expro else ""


def _form_page(wave: Wave, form: ActionForm) -> str:
    is_readable = releases.find_released_wave(guards.viewer(), wave.id) is not None
    return render_template("manager/action_new.html", wave=wave, form=form, is_readable=is_readable)


@blueprint.post("/waves/<uuid:wave_id>/actions/new")
@for_readers(wave=action_queries.find_wave)
def action_new_post(wave: Wave) -> ResponseReturnValue:
    stores = _stores(wave)
    form = ActionForm(stores, stores[0].checklist)
    if not form.validate():
        return _form_page(wave, form), 422
    store_edition = next(one for one in stores if str(one.id) == form.store.data)
    try:
        actions.add(store_edition, _plan(form, form.about.data), current_user.id)
    except DueBeforeTheWave:
        _refuse_due(form, wave)
        return _form_page(wave, form), 422
    flash(_("Written down. The next wave's report will say what came of it."))
    return redirect(url_for("manager.action_list", store_edition_id=store_edition.id), 303)


def _refuse_due(form: PlanForm, wave: Wave) -> None:
    began_on = locale.current_words().day(wave.starts_on)
    form.due_on.errors = [_("The wave began on %(day)s: choose that day or a later one.", day=began_on)]


def _plan(form: PlanForm, about: str = "") -> Plan:
    return Plan(
        form.text.data,
        section=about.removeprefix(SECTION) if about.startswith(SECTION) else "",
        question=about.removeprefix(QUESTION) if about.startswith(QUESTION) else "",
        lever=form.chosen_lever,
        owner=form.owner.data or "",
        due_on=form.due_on.data,
    )


@blueprint.get("/actions/<uuid:action_id>")
@for_readers(action=action_queries.find_action)
def action(action: Action) -> ResponseReturnValue:
    return _action_page(action, PlanForm(obj=action, lever=action.lever), FinishForm(obj=action, prefix="done"))


def _action_page(action: Action, plan: PlanForm, done: FinishForm) -> str:
    store_edition = _report_of(action)
    if done.done_on.data is None:
        done.done_on.data = visits.local(clock.local(), action.store.timezone).date()
    voice = _voice(store_edition)
    return render_template(
        "manager/action.html",
        action=action,
        edition=store_edition,
        subject=plans.subject(voice, action),
        state=plans.state(voice, action, clock.today()),
        form=plan,
        done=done,
    )


def _report_of(action: Action) -> StoreEdition:
    found: Any = releases.find_frozen(action.wave, action.store)
    return found or abort(404)


@blueprint.post("/actions/<uuid:action_id>")
@for_readers(action=action_queries.find_action)
def action_post(action: Action) -> ResponseReturnValue:
    form = PlanForm()
    if not form.validate():
        return _action_page(action, form, FinishForm(formdata=None, obj=action, prefix="done")), 422
    try:
        actions.change(action, _plan(form), current_user.id)
    except DueBeforeTheWave:
        _refuse_due(form, action.wave)
        return _action_page(action, form, FinishForm(formdata=None, obj=action, prefix="done")), 422
    flash(_("Saved."))
    return _back(action)


@blueprint.get("/actions/<uuid:action_id>/finish")
@for_readers(action=action_queries.find_action)
def action_finish_again(action: Action) -> ResponseReturnValue:
    """A form that came back with a problem stands at this address: reading it again leads to the action."""
    return redirect(url_for("manager.action", action_id=action.id))


@blueprint.post("/actions/<uuid:action_id>/finish")
@for_readers(action=action_queries.find_action)
def action_finish(action: Action) -> ResponseReturnValue:
    done = FinishForm(prefix="done")
    if not done.validate():
        return _unfinished(action, done)
    try:
        actions.finish(action, done.done_on.data, done.result.data or "", current_user.id)
    except DoneInTheFuture:
        done.done_on.errors = [_("This day is still to come.")]
        return _unfinished(action, done)
    flash(_("Done. The next wave's report will say whether it can be told."))
    return _back(action)


def _unfinished(action: Action, done: FinishForm) -> ResponseReturnValue:
    return _action_page(action, PlanForm(formdata=None, obj=action), done), 422


@blueprint.post("/actions/<uuid:action_id>/reopen")
@for_readers(action=action_queries.find_action)
def action_reopen(action: Action) -> ResponseReturnValue:
    actions.reopen(action, current_user.id)
    flash(_("It is to do again."))
    return _back(action)


@blueprint.post("/actions/<uuid:action_id>/remove")
@for_readers(action=action_queries.find_action)
def action_remove(action: Action) -> ResponseReturnValue:
    target = _back(action)
    actions.remove(action, current_user.id)
    flash(_("Taken off the list. The journal keeps what it said."))
    return target


def _back(action: Action) -> Any:
    return redirect(url_for("manager.action_list", store_edition_id=_report_of(action).id), 303)
