"""The form of a checklist version without any visit in it: what a phone keeps and fills by itself."""

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from fieldstudy.config import LOCALES
from fieldstudy.core import stance
from fieldstudy.core.checklist import Method
from fieldstudy.models import ChecklistVersion
from fieldstudy.queries import offline as offline_queries
from fieldstudy.web.field import record
from fieldstudy.web.field.views import visits
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers

ASK_AGAIN = "private, no-cache"


@blueprint.get("/forms/<uuid:version_id>/<method>/<locale>")
@blueprint.get("/forms/<uuid:version_id>/<method>/<locale>/<any(client, agency):readers>")
@for_fieldworkers(version=offline_queries.find_own_version)
def blank_form(version: ChecklistVersion, method: str, locale: str, readers: str = "") -> ResponseReturnValue:
    """The same bytes for everybody: it is kept under its address, and shared.

    `readers` of notes, where the study does not leave them to the house.
    """
    if locale not in LOCALES or method not in set(Method):
        abort(404)
    of_house = stance.jottings_reach_client(None, Method(method))
    with force_locale(locale):
        text = visits.blank_page(version, Method(method), readers == record.CLIENT if readers else of_house)
    return Response(text, headers={"Cache-Control": ASK_AGAIN})
