"""Photos of a visit: kept one by one as they are taken, and shown to whoever took them."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from fieldstudy.models import Photo, Reference, Visit
from fieldstudy.queries import references as reference_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services.photos import SMALL
from fieldstudy.services.visits import VisitIsClosed
from fieldstudy.web import body_limits, guards, locale, pictures, throttles
from fieldstudy.web.field import attachments, forms, inbox
from fieldstudy.web.field.drawn import DrawnQuestion
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers


@blueprint.get("/photos/<uuid:photo_id>")
@for_fieldworkers(photo=visit_queries.find_own_photo)
def photo(photo: Photo) -> ResponseReturnValue:
    return pictures.send(photo.sha256, SMALL)


@blueprint.get("/references/<uuid:reference_id>")
@for_fieldworkers(reference=reference_queries.find_reference_in_the_field)
def reference(reference: Reference) -> ResponseReturnValue:
    """How something should look, large enough to compare with."""
    return pictures.send(reference.sha256)


@blueprint.post("/visits/<uuid:visit_id>/photos")
@for_fieldworkers(visit=visit_queries.find_own_visit)
@body_limits.takes_files
@throttles.limit(throttles.UPLOADS)
def photo_post(visit: Visit) -> ResponseReturnValue:
    """For the page's own script: answers with the gallery of this question, and with what was refused."""
    question = _question(visit, next(iter(request.files), ""))
    files = request.files.getlist(question.photo_field)
    try:
        refusals = attachments.keep_photos(visit, question.name, files, guards.viewer().user_id)
    except VisitIsClosed:
        return "", 410
    kept = [photo for photo in visit_queries.list_photos(visit) if photo.question == question.name]
    received = inbox.of_visit(visit, locale.current_words()).get(question.name, ())
    page = render_template("field/gallery.html", photos=kept, inbox=received, refusals=refusals)
    return page, 422 if refusals else 200


def _question(visit: Visit, name: str) -> DrawnQuestion:
    """The question of this file field."""
    sections = forms.of_visit(visit, locale.current()).sections
    questions = (question for section in sections for question in section.questions)
    found = next((question for question in questions if question.photo_field == name), None)
    return found or abort(400)
