"""A file that a phone saved because it could not send: taken in by the same services as a sending."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core import sealed
from fieldstudy.core.sealed import NotJson
from fieldstudy.exchange import saved
from fieldstudy.exchange.saved import NotASavedFile, SavedFile, SavedVisit
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import media, sendings
from fieldstudy.services.sendings import Receipt, Standing
from fieldstudy.web import body_limits, guards, throttles
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers


@dataclass(frozen=True)
class Told:
    """What became of one visit of the file."""

    place: str
    text: str
    is_safe: bool


@blueprint.get("/saved-file")
@for_fieldworkers()
def saved_file() -> ResponseReturnValue:
    return _page()


def _page(refusal: str = "", results: tuple[Told, ...] = ()) -> str:
    return render_template("field/saved_file.html", refusal=refusal, results=results)


@blueprint.post("/saved-file")
@for_fieldworkers()
@body_limits.takes_files
@throttles.limit(throttles.UPLOADS)
def saved_file_post() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(_("Choose the file first.")), 422
    try:
        found = saved.read(cast(BinaryIO, file.stream))
    except NotASavedFile:
        return _page(_("“%(name)s” is not a file that this app saved.", name=file.filename)), 422
    if not found.visits:
        return _page(_("There is no visit in this file.")), 422
    return _page(results=tuple(_take_in(found)))


def _take_in(found: SavedFile) -> Iterator[Told]:
    """Photos first, as a phone does; the same file twice is harmless."""
    user_id = guards.viewer().user_id
    for medium in found.media:
        try:
            media.put_whole(user_id, medium.id, medium.base64, medium.sha256)
        except media.REFUSALS:
            continue  # whatever visit needs it says that it is missing
    for visit in found.visits:
        yield _receive(user_id, visit)


def _receive(user_id: UUID, visit: SavedVisit) -> Told:
    body = visit.body.encode("utf-8", "surrogatepass")
    if hashlib.sha256(body).hexdigest() != visit.sha256:
        return Told(_("A visit"), _("It was changed or damaged since it was saved, and cannot be recorded."), False)
    try:
        content = sealed.parse(body)
        visit_id = sealed.id_in(content, "visit")
        if visit_id is None:
            raise NotJson("visit")
        receipt = sendings.receive(user_id, visit_id, body, visit.sha256)
    except NotJson:
        return Told(_("A visit"), _("It cannot be read."), False)
    except sendings.MediaAreMissing as missing:
        return Told(_place(sealed.id_in(content, "assignment")), _say_missing(len(missing.ids)), False)
    except sendings.QuarantineIsFull:
        return Told(_("A visit"), _("Too many of your visits are waiting for a decision. Ask your coordinator."), False)
    return Told(_place(sealed.id_in(content, "assignment")), _say(receipt), True)


def _say_missing(count: int) -> str:
    return ngettext(
        "%(num)s photo of it is missing in the file, so it was not recorded. Send it from the phone.",
        "%(num)s photos of it are missing in the file, so it was not recorded. Send it from the phone.",
        count,
    )


def _say(receipt: Receipt) -> str:
    if receipt.standing == Standing.UNDER_REVIEW:
        return _("It has arrived, and a person will look at it before it is recorded.")
    if receipt.standing == Standing.CONFLICT:
        return _("Another version of it had arrived before. Both are kept, and a person will choose.")
    if receipt.is_replay:
        return _("It had arrived before. Nothing was added.")
    return _("It has arrived.")


def _place(assignment_id: UUID | None) -> str:
    own = visit_queries.find_own_assignment(guards.viewer(), assignment_id) if assignment_id else None
    return own.store.name if own is not None else _("A visit")
