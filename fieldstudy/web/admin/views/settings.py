"""The settings in force, as the command line prints them."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from fieldstudy.web.admin.views.room import blueprint, for_admins


@blueprint.get("/settings")
@for_admins()
def settings() -> ResponseReturnValue:
    return render_template("admin/settings.html", settings=current_app.extensions["fieldstudy"].in_force())
