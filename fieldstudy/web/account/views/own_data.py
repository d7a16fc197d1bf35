"""What the installation holds about oneself, as a file."""

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fieldstudy.config import Config
from fieldstudy.exchange import personal_files
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import personal_data
from fieldstudy.services import unit
from fieldstudy.web import guards
from fieldstudy.web.account import proof
from fieldstudy.web.account.views.room import blueprint

PHOTOS_LIMIT_BYTES = 200 * 1024 * 1024
"""A page holds a thread of the server while it is sent; the command line has no limit."""


@blueprint.post("/own-data.zip")
@guards.allow(*guards.ANYBODY)
@proof.needed
def own_data() -> ResponseReturnValue:
    """Read whole before it is sent: no transaction stays open for a slow line."""
    config: Config = current_app.extensions["fieldstudy"]
    found = personal_data.gather(people_queries.get_user(current_user.id))
    unit.rest()
    taken = personal_data.within(found.pictures, PHOTOS_LIMIT_BYTES)
    pictures = [(one.name, config.data / one.path) for one in taken]
    body = personal_files.stream(found.content, pictures, len(found.pictures) - len(taken))
    headers = {"Content-Disposition": 'attachment; filename="fieldstudy-own-data.zip"', "Cache-Control": "no-store"}
    return Response(body, mimetype="application/zip", headers=headers)
