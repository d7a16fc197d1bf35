"""The client's own colour and logo on its managers' pages."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from fieldstudy.core import colours
from fieldstudy.models import Client
from fieldstudy.queries import studies as study_queries
from fieldstudy.web import pictures
from fieldstudy.web.manager.views.room import blueprint, for_readers


@blueprint.get("/clients/<uuid:client_id>/accent.css")
@for_readers(client=study_queries.find_managed_client)
def accent(client: Client) -> ResponseReturnValue:
    """A style sheet of its own: the pages allow no style inside them."""
    if not client.accent:
        return Response("", mimetype="text/css")
    light, dark = colours.on_light(client.accent), colours.on_dark(client.accent)
    return Response(render_template("manager/accent.css", light=light, dark=dark), mimetype="text/css")


@blueprint.get("/clients/<uuid:client_id>/logo")
@for_readers(client=study_queries.find_managed_client)
def logo(client: Client) -> ResponseReturnValue:
    if not client.logo_sha256:
        abort(404)
    return pictures.send(client.logo_sha256)
