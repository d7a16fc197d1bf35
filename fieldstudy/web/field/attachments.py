"""What comes along with a form and is kept at once, whatever becomes of the form: photos and jottings."""

from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast
from uuid import UUID

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from fieldstudy.core.answers import photo_field
from fieldstudy.exchange import pictures
from fieldstudy.exchange.pictures import PictureIsRefused
from fieldstudy.models import Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import fieldnotes, photos, uploads
from fieldstudy.services.media import InboxIsFull
from fieldstudy.services.photos import TooManyPhotos
from fieldstudy.web import pictures as shown
from fieldstudy.web.field import inbox
from fieldstudy.web.field.forms import VisitForm, jotting_field


def keep_photos(visit: Visit, question: str, files: Sequence[FileStorage], actor: UUID) -> list[str]:
    """Returns what is wrong with those that could not be kept, as far as that shows without opening them."""
    refusals = []
    for file in files:
        if not file.filename:
            continue
        stream = cast(BinaryIO, file.stream)
        try:
            pictures.glance(stream)
            uploads.receive(visit, question, stream, actor)
        except PictureIsRefused as refused:
            refusals.append(shown.say(refused.key, file.filename))
        except TooManyPhotos:
            refusals.append(_("This visit has as many photos as it can hold."))
            break
        except InboxIsFull:
            refusals.append(_("Too many of your photos are still being checked. Add this one again in a few minutes."))
            break
    return refusals


def keep_all(visit: Visit, form: VisitForm, files: Mapping[str, Sequence[FileStorage]], actor: UUID) -> None:
    """Photos of every question and of a closed door, with a message beside each that was refused; then the jottings."""
    for name in (*(question.name for section in form.sections for question in section.questions), ""):
        for refusal in keep_photos(visit, name, files.get(photo_field(name), ()), actor):
            form.hang(photo_field(name), refusal)
    for section in form.sections:
        _keep_jotting(visit, form, section.name, actor)
    _keep_jotting(visit, form, "", actor)


def _keep_jotting(visit: Visit, form: VisitForm, section: str, actor: UUID) -> None:
    text = "".join(form.typed.get(jotting_field(section), ()))
    if text.strip():
        fieldnotes.jot(visit, section, text, now(), actor)
        form.clear_jotting(section)


def remove(visit: Visit, unwanted: Sequence[str], actor: UUID) -> None:
    """Also those that were still being checked when the page was drawn."""
    for photo in visit_queries.list_photos(visit):
        if str(photo.id) in unwanted or str(photo.medium_id) in unwanted:
            photos.remove(photo, visit, actor)
    for medium in inbox.list_media(visit):
        if str(medium.id) in unwanted:
            uploads.withdraw(medium, visit, actor)
