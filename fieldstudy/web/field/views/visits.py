"""The form of a visit: filled, saved as a draft, sent; and the receipt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from fieldstudy.core import answers as answering
from fieldstudy.core.answers import Reading
from fieldstudy.core.checklist import Crowding, Method
from fieldstudy.core.lifecycle import WITH_FIELDWORKER, Outcome
from fieldstudy.core.moments import Stay
from fieldstudy.models import ChecklistVersion, Photo, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.visit_pdfs import Audience
from fieldstudy.reports import papers as paper_reports
from fieldstudy.services import visits
from fieldstudy.services.visits import VisitIsClosed
from fieldstudy.web import body_limits, guards, locale, papers
from fieldstudy.web.field import (
    attachments,
    check,
    closing,
    differences,
    elsewhere,
    forms,
    inbox,
    late,
    leaves,
    progress,
    record,
    unsent,
)
from fieldstudy.web.field.differences import Told
from fieldstudy.web.field.elsewhere import Elsewhere
from fieldstudy.web.field.forms import DeviceForm, VisitForm
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers
from fieldstudy.web.papers import PaperForm

OUTCOMES = {
    "submit": None,
    "submit_anyway": None,
    "closed": Outcome.STORE_CLOSED,
    "closed_anyway": Outcome.STORE_CLOSED,
}
"""The acts that send a visit, and how it ended then; those of ASKING ask first whether anything is left behind."""
ASKING = ("submit", "closed")


BLANK: Mapping[str, Any] = {
    "visit": None,
    "wrong": [],
    "saved_at": None,
    "elsewhere": Told(),
    "timers": {},
    "mark": "",
    "there": {},
    "asking": "",
    "closing": (),
    "jottings": {},
    "inbox": {},
    "reasons": {},
    "returned": [],
    "record": None,
}
"""What a form knows of a visit that it was not made for."""


@blueprint.get("/visits/<uuid:visit_id>")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def visit_form(visit: Visit) -> ResponseReturnValue:
    if visit.state not in WITH_FIELDWORKER:
        return redirect(url_for("field.receipt", visit_id=visit.id))
    asked = DeviceForm(request.args)
    found = elsewhere.of(visit, leaves.own(), asked.device.data, asked.aside.data)
    form_class = forms.of_visit(visit, locale.current())
    form = form_class((found.shown.raw if found.shown else form_class.defaults).items())
    return _form_page(visit, form, found)


def _form_page(visit: Visit, form: VisitForm, found: Elsewhere, asking: str = "") -> str:
    photos, jottings = visit_queries.list_photos(visit), visit_queries.list_jottings(visit)
    saved_at = found.shown.saved_at if found.shown else None
    reasons = visit_queries.list_open_return_reasons([visit] if visit.revision > 1 else [])
    form.show_stay(found.stay, visit.store.timezone)
    reading = _judge(visit, form, found.stay)
    by_question = _grouped(reasons, "question")
    refused = form.wrong
    if not refused:
        form.validate(progress.wrong(reading), locale.current_words())
    return _draw(
        form,
        reading,
        _grouped([photo for photo in photos if photo.erased_at is None], "question"),
        visit=visit,
        wrong=refused,
        saved_at=saved_at,
        asking=asking,
        closing=closing.tell(found, jottings, locale.current_words()) if asking == "closed" else (),
        there=found.missing_of(photos),
        timers=_shown_timers(found.timers, form, reading),
        elsewhere=differences.tell(found, photos, visit, form, locale.current_words()),
        jottings=_grouped(found.notes(jottings), "section"),
        inbox=inbox.of_visit(visit, locale.current_words()),
        reasons=by_question,
        client_reads=visit.study.shares_jottings_of(visit.method),
        returned=[q for section in form.sections for q in section.questions if q.name in by_question],
        mark="" if found.instead_of else form.mark,
        record=record.of_visit(visit, locale.current(), found.drafts, photos, jottings, reasons, found.stay),
    )


def _shown_timers(timers: Mapping[str, str], form: VisitForm, reading: Reading) -> dict[str, str]:
    """Those that stand in the way, and those of which the page says that they do not: it must say so once more."""
    running = {problem.field for problem in reading.problems if problem.key == progress.RUNNING}
    fields = {name: answering.answer_field(name) for name in timers}
    return {
        name: since
        for name, since in timers.items()
        if fields[name] in running or (fields[name] in form and form[fields[name]].stopped == since)
    }


def _judge(visit: Visit, form: VisitForm, stay: Stay, outcome: Outcome | None = None) -> Reading:
    """A photo that is still being checked counts; one that was refused does not."""
    photos, running = visits.list_pictured(visit), visits.running_timers(visit, form.raw)
    return visits.judge(visit, form.raw, photos, now(), outcome, running, stay)


def blank_page(version: ChecklistVersion, method: Method, client_reads: bool) -> str:
    """The form as everybody's phone may keep it: no visit, no name and no token in it."""
    form = forms.of_version(version, method, locale.current())(())
    reading = answering.read(version.content.for_method(method), {}, date.min)
    return _draw(form, reading, {}, client_reads=client_reads, **BLANK)


def _draw(
    form: VisitForm, reading: Reading, photos: Mapping[str, Sequence[Photo]], there: Mapping[str, int], **page: Any
) -> str:
    words = locale.current_words()
    said = {question: progress.say_there(count, words.integer(count)) for question, count in there.items()}
    checked = check.of_form(form, reading, said, words)
    received = (one for some in page["inbox"].values() for one in some)
    pictured = {*photos, *(one.question for one in received if not one.refusal)}
    by_section = {section.name: progress.of_section(section, reading, pictured, there) for section in form.sections}
    return render_template(
        "field/visit_form.html",
        form=form,
        photos=photos,
        relevant=reading.relevant,
        there=said,
        values={answer.question: answer.value for answer in reading.answers},
        progress=by_section,
        numbers=progress.numbers(by_section),
        missing={name: progress.say_missing(found, words) for name, found in by_section.items()},
        checked=checked,
        refused=progress.say_refused(form, reading, words),
        unpictured=progress.say_unpictured(len(checked.advisable), words.integer(len(checked.advisable))),
        crowdings=[(str(crowding), words.label(crowding)) for crowding in Crowding],
        patterns=progress.patterns(words),
        **page,
    )


def _grouped(rows: Iterable[Any], name: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return dict(groups)


@blueprint.post("/visits/<uuid:visit_id>")
@for_fieldworkers(visit=visit_queries.find_own_visit)
@body_limits.takes_files
def visit_form_post(visit: Visit) -> ResponseReturnValue:
    form = _sent_form(visit)
    try:
        _keep_attachments(visit, form)
        if request.form.get("act") in OUTCOMES and not form.wrong:
            return _submit(visit, form)
        return _save(visit, form)
    except VisitIsClosed:
        return _late(visit, form)


def _late(visit: Visit, form: VisitForm) -> ResponseReturnValue:
    rows = late.of_form(visit, form, _files(), locale.current_words())
    if rows or visit_queries.find_submission(visit) is None:
        return late.page(visit, rows)
    return redirect(url_for("field.receipt", visit_id=visit.id), 303)


def _files() -> dict[str, list[FileStorage]]:
    return dict(request.files.lists())


def _sent_form(visit: Visit) -> VisitForm:
    return forms.of_visit(visit, locale.current())(request.form.lists())


def _keep_attachments(visit: Visit, form: VisitForm) -> None:
    """A form that is sent once more after it arrived has nothing to keep; whoever judges it answers for that."""
    actor = guards.viewer().user_id
    with suppress(VisitIsClosed):
        attachments.keep_all(visit, form, _files(), actor)
        unwanted = request.form.getlist("remove-photo")
        if unwanted:
            attachments.remove(visit, unwanted, actor)


def _submit(visit: Visit, form: VisitForm) -> ResponseReturnValue:
    revision = request.form.get("revision", type=int)
    if revision is None:
        abort(400)
    act, leaf = request.form["act"], leaves.read()
    ended = OUTCOMES[act]
    if act in ASKING and visit.state in WITH_FIELDWORKER and revision == visit.revision:
        own = visits.save_draft(visit, form.typed, leaf=leaf)
        found = elsewhere.of(visit, own)
        leaf = leaves.kept(leaf, own, found.seen)
        if _asks(visit, form, found, ended):
            return _form_page(visit, form, found, act)
    sent = visits.submit(
        visit,
        revision,
        form.raw,
        guards.viewer().user_id,
        outcome=ended,
        leaf=leaf,
        stamp_text=elsewhere.stamp(),
    )
    if sent.is_conflict:
        rows = late.beside(visit, form, _files(), locale.current_words())
        return render_template("field/visit_conflict.html", visit=visit, rows=rows), 409
    if sent.receipt is not None:
        return redirect(url_for("field.receipt", visit_id=visit.id), 303)
    return _refused_page(visit, form, elsewhere.of(visit, leaves.keep(sent.device)), sent.reading)


def _asks(visit: Visit, form: VisitForm, found: Elsewhere, ended: Outcome | None) -> bool:
    """Would the visit go without its photos, or without what another device holds of it? What cannot be sent is refused
    first.
    """
    photos = visit_queries.list_photos(visit)
    reading = _judge(visit, form, found.stay, ended)
    is_apart = bool(found.apart or found.missing(photos))
    if ended is None:
        return not reading.problems and (is_apart or bool(reading.missing))
    other = closing.tell(found, visit_queries.list_jottings(visit), locale.current_words())
    return not reading.problems and (is_apart or bool(other))


def _save(visit: Visit, form: VisitForm) -> ResponseReturnValue:
    """With a photo that could not be kept, sending becomes saving: the person meant to send it too. A page that nobody
    touched says nothing that is not there already, and may be an old one; only photos can still come with it.
    """
    act = request.form.get("act", "")
    is_lost = visit.state not in WITH_FIELDWORKER and any(
        file.filename for files in _files().values() for file in files
    )
    if not (form.wrong or is_lost) and form.mark == request.form.get("mark"):
        return redirect(_address_after(act, visit), 303)
    own = leaves.keep(visits.save_draft(visit, form.typed, leaf=leaves.read()))
    if not form.wrong:
        return redirect(_address_after(act, visit), 303)
    if not act.startswith("submit"):
        return _form_page(visit, form, elsewhere.of(visit, own)), 422
    found = elsewhere.of(visit, own)
    return _refused_page(visit, form, found, _judge(visit, form, found.stay))


def _address_after(act: str, visit: Visit) -> str:
    """Saving comes back to the same section by itself: the browser keeps the fragment of the button's address."""
    if act == "leave":
        return url_for("field.assignment_list")
    return url_for("field.jotting_list" if act == "notes" else "field.visit_form", visit_id=visit.id)


def _refused_page(visit: Visit, form: VisitForm, found: Elsewhere, reading: Reading | None) -> ResponseReturnValue:
    """The same page with a message beside each question, and everything as it was typed."""
    form.validate(reading.problems if reading else (), locale.current_words())
    return _form_page(visit, form, found), 422


@blueprint.get("/visits/<uuid:visit_id>/receipt")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def receipt(visit: Visit) -> ResponseReturnValue:
    submission = visit_queries.find_submission(visit)
    if submission is None and visit.state in WITH_FIELDWORKER:
        return redirect(url_for("field.visit_form", visit_id=visit.id))
    if submission is None:
        return late.page(visit, ())
    photos = len(submission.content["photos"])
    return render_template(
        "field/receipt.html",
        visit=visit,
        submission=submission,
        photos=photos,
        inbox=[one for some in inbox.of_visit(visit, locale.current_words()).values() for one in some],
        is_double=bool(visit_queries.list_double([visit])),
        left=unsent.of_visit(visit, submission, locale.current_words()),
    )


@blueprint.get("/visits/<uuid:visit_id>/unsent")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def unsent_list(visit: Visit) -> ResponseReturnValue:
    """For a phone, which draws its receipt by itself."""
    submission = visit_queries.find_submission(visit)
    if submission is None:
        return redirect(url_for("field.receipt", visit_id=visit.id))
    left = unsent.of_visit(visit, submission, locale.current_words())
    return render_template("field/unsent.html", visit=visit, left=left)


@blueprint.get("/visits/<uuid:visit_id>/report")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def visit_report(visit: Visit) -> ResponseReturnValue:
    """What was sent last, without its points: they are not for whoever goes out again."""
    if visit_queries.find_submission(visit) is None:
        return redirect(url_for("field.receipt", visit_id=visit.id))
    ids = {photo.sha256: photo.id for photo in visit_queries.list_photos(visit)}
    return render_template(
        "field/visit_report.html",
        visit=visit,
        report=paper_reports.visit_report(visit, locale.current(), Audience.FIELDWORKER),
        photo_src=lambda sha256: url_for("field.photo", photo_id=ids[sha256]),
    )


@blueprint.get("/visits/<uuid:visit_id>/report.pdf")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def visit_pdf(visit: Visit) -> ResponseReturnValue:
    """The same on paper."""
    if visit_queries.find_submission(visit) is None:
        return redirect(url_for("field.receipt", visit_id=visit.id))
    language = PaperForm(request.args).language(locale.current())
    address = url_for("field.visit_report", visit_id=visit.id)
    return papers.send_visit(visit, language, address, Audience.FIELDWORKER)
